// What makes the pages better for those who have JavaScript; without it everything works all the same.
'use strict';

const root = document.documentElement;
root.classList.add('with-script');

// The service's clock, which may be a simulated one that runs faster.
const loadedAt = Date.now();
const serviceNow = Date.parse(root.dataset.now);
const speed = Number(root.dataset.speed);
const now = () => serviceNow + (Date.now() - loadedAt) * speed;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// <time data-local>: the same instant in the reader's own zone, said beside it.
const inZone = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone, timeZoneName: 'short',
});
const showLocalTimes = within => {
  for (const time of within.querySelectorAll('time[data-local]')) {
    const said = inZone.format(new Date(time.dateTime)).replace('Sept', 'Sep'); // as the service writes months
    time.textContent = said.endsWith(zone) ? said : `${said} (${zone})`;
  }
};

// <span data-elsewhere="zone" data-label>: a date's start for readers in another time zone; nothing new for the others.
const clockIn = (at, timeZone) => {
  try {
    return new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at);
  } catch {
    return null; // a zone that this browser does not know
  }
};
const showStartsElsewhere = () => {
  for (const line of document.querySelectorAll('[data-elsewhere]')) {
    const at = new Date(line.querySelector('time').dateTime);
    if (clockIn(at, line.dataset.elsewhere) === clockIn(at, zone)) {
      line.remove();
    } else {
      line.firstElementChild.textContent = line.dataset.label;
    }
  }
};

// <strong data-countdown="instant">: days, hours, minutes and seconds until then, in the words the page gives.
const countdowns = [...document.querySelectorAll('[data-countdown]')];
const tick = () => {
  for (const one of countdowns) {
    let seconds = Math.floor((Date.parse(one.dataset.countdown) - now()) / 1000);
    if (seconds <= 0) {
      continue;
    }
    const days = Math.floor(seconds / 86400);
    seconds %= 86400;
    const clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(part => String(Math.floor(part)).padStart(2, '0')).join(':');
    one.textContent = days > 0 ? `${days} d ${clock}` : clock;
  }
};

// <input data-zone>: the browser knows where its reader is.
const fillZone = () => {
  for (const input of document.querySelectorAll('input[data-zone]')) {
    if (input.value === '' && zone) {
      input.value = zone;
    }
  }
};

// <input data-kept>: Back shows the value that the page had before, since browsers restore no hidden fields.
const keepHidden = () => {
  for (const input of document.querySelectorAll('input[data-kept]')) {
    input.value = history.state?.[input.name] ?? input.value;
    history.replaceState({ ...history.state, [input.name]: input.value }, '');
  }
};

// <form data-preview="address">: what it would come to, while one types.
const previewOf = form => {
  const place = document.getElementById('preview');
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', body });
      const html = await answer.text();
      if (mine === asked && (answer.ok || answer.status === 400)) {
        place.innerHTML = html; // made and encoded by the service, as the page itself was
        showLocalTimes(place);
      }
    } catch {
      // Offline or stopped: the page keeps what it shows, and the button says more.
    }
  };
  let waiting;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 250);
  });
  // What was just refused says so at its fields; the preview does not say it again.
  if (!form.querySelector('[aria-invalid]')) {
    ask();
  }
};

// <code data-copy>: a button that copies it.
const addCopyButtons = () => {
  if (!navigator.clipboard) {
    return; // over plain http from another machine browsers have none
  }
  for (const code of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'plain small';
    button.textContent = code.dataset.copy;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = code.dataset.copied;
    });
    code.after(button);
  }
};

// <iframe class="mail">: as high as the email in it.
const fitMails = () => {
  for (const frame of document.querySelectorAll('iframe.mail')) {
    const fit = () => {
      const inner = frame.contentDocument?.documentElement;
      if (inner) {
        frame.style.height = `${inner.scrollHeight}px`;
      }
    };
    frame.addEventListener('load', fit);
    fit();
  }
};

// <input data-slug-of="other">: proposed from the other field until somebody writes it.
const proposeSlugs = () => {
  for (const input of document.querySelectorAll('input[data-slug-of]')) {
    const other = document.getElementById(input.dataset.slugOf);
    let proposed = input.value;
    other.addEventListener('input', () => {
      if (input.value === proposed) {
        const plain = other.value.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
        proposed = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64).replace(/-+$/, '');
        input.value = proposed;
      }
    });
  }
};

showLocalTimes(document);
showStartsElsewhere();
fitMails();
proposeSlugs();
fillZone();
keepHidden();
addCopyButtons();
for (const form of document.querySelectorAll('form[data-preview]')) {
  previewOf(form);
}
if (countdowns.length > 0) {
  tick();
  setInterval(tick, 1000);
}

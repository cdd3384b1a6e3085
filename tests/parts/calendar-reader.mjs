// Reads a calendar from stdin with two published libraries, to check that other programs understand ours.
// stdout: {"ical.js": [event...], "node-ical": [event...]}, where an event is
// {uid, sequence, stamp, status, allDay, start, end, summary, description, categories, url, alarms}.
// Start and end are YYYY-MM-DD (all-day, the end exclusive) or instants; alarms are instants.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const text = readFileSync(0, "utf8");
const day = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
const instant = (date) => date.toISOString().replace(".000Z", "Z");

function byIcalJs() {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const moment = (time) => (time.isDate ? time.toString() : instant(time.toJSDate()));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      stamp: moment(component.getFirstPropertyValue("dtstamp")),
      status: component.getFirstPropertyValue("status"),
      allDay: event.startDate.isDate,
      start: moment(event.startDate),
      end: moment(event.endDate),
      summary: event.summary,
      description: event.description ?? null,
      categories: component.getFirstProperty("categories")?.getValues() ?? [],
      url: component.getFirstPropertyValue("url"),
      alarms: component.getAllSubcomponents("valarm").map((alarm) => moment(alarm.getFirstPropertyValue("trigger"))),
    };
  });
}

function byNodeIcal() {
  return Object.values(ical.sync.parseICS(text)).filter((item) => item.type === "VEVENT").map((event) => {
    const allDay = event.datetype === "date";
    const moment = (date) => (allDay ? day(date) : instant(date));
    return {
      uid: event.uid,
      sequence: Number(event.sequence),
      stamp: instant(event.dtstamp),
      status: event.status,
      allDay,
      start: moment(event.start),
      end: moment(event.end ?? event.start),
      summary: event.summary,
      description: event.description ?? null,
      categories: event.categories ?? [],
      url: event.url?.val ?? event.url,
      alarms: [], // node-ical reads no alarms
    };
  });
}

process.stdout.write(JSON.stringify({ "ical.js": byIcalJs(), "node-ical": byNodeIcal() }));

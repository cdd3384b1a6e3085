// Reads a JSON list of calendars from stdin with the published libraries named as arguments: ical.js, node-ical.
// stdout: {"ical.js": {uid: line...}, "node-ical": {uid: line...}} for each calendar. A line is "start end summary".
// Start and end are YYYY-MM-DD (all-day, the end exclusive) or instants. When a library fails, its error is the line of
// the uid "error".
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";

const day = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
const instant = (date) => date.toISOString().replace(".000Z", "Z");

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const moment = (time) => (time.isDate ? time.toString() : instant(time.toJSDate()));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return [event.uid, `${moment(event.startDate)} ${moment(event.endDate ?? event.startDate)} ${event.summary}`];
  });
}

function byNodeIcal(text) {
  return Object.values(ical.sync.parseICS(text)).filter((item) => item.type === "VEVENT").map((event) => {
    const moment = (date) => (event.datetype === "date" ? day(date) : instant(date));
    const summary = event.summary?.val ?? event.summary;
    return [event.uid, `${moment(event.start)} ${moment(event.end ?? event.start)} ${summary}`];
  });
}

function read(by, text) {
  try {
    return Object.fromEntries(by(text));
  } catch (error) {
    return { error: String(error) };
  }
}

const libraries = { "ical.js": byIcalJs, "node-ical": byNodeIcal };
const named = process.argv.slice(2);
const calendars = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(calendars.map((text) =>
  Object.fromEntries(named.map((name) => [name, read(libraries[name], text)])))));

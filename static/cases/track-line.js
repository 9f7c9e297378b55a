// <track-line>: while the worker is on duty and the site keeps tracks, the phone says
// where it is, now and then. What cannot be sent is kept on the phone, bounded; nothing is
// told without the line being seen, nor when duty is over.
import { post } from 'govmap/http'
import { fill } from 'govmap/words'

const MOST = 400 // positions kept without a network; then every second of the old ones goes
const AT_ONCE = 200
const SEND_EVERY = 60_000 // ms
const EARTH = 111_320 // metres of a degree of latitude
const LOCK = 'govmap-track'

class TrackLine extends HTMLElement {
  connectedCallback() {
    const { owner, every, metres, begins, until } = this.dataset
    this.key = `track:${owner}`
    this.every = Number(every) * 1000
    this.metres = Number(metres)
    this.words = JSON.parse(document.getElementById('track-words').textContent)
    this.state = this.querySelector('[data-state]')
    // By the phone's own clock, which may be wrong: as long as the server said.
    this.left = begins ? Date.parse(until) - Math.max(Date.parse(begins), Date.now()) : 0
    this.ending = new AbortController()
    if (begins) this.watchAlone()
    else this.send()
  }

  disconnectedCallback() { this.stop() }

  // One page of the phone tells its place, also where several are open.
  async watchAlone() {
    if (!navigator.locks) { this.watch(); return }
    this.say(this.words.elsewhere)
    const { signal } = this.ending
    const run = () => { this.watch(); return new Promise((done) => { this.release = done }) }
    await navigator.locks.request(LOCK, { signal }, run).catch(() => {})
  }

  watch() {
    if (!navigator.geolocation) { this.say(this.words.denied); return }
    this.say(this.words.waits)
    this.watching = navigator.geolocation.watchPosition(
      (position) => this.found(position),
      () => this.say(this.words.denied),
      { enableHighAccuracy: true, maximumAge: 10_000 },
    )
    this.sending = setInterval(() => this.send(), SEND_EVERY)
    this.online = () => this.send()
    addEventListener('online', this.online)
    if (this.left > 0) this.over = setTimeout(() => this.ended(), Math.min(this.left, 2 ** 31 - 1))
  }

  stop() {
    if (this.watching !== undefined) navigator.geolocation.clearWatch(this.watching)
    this.watching = undefined
    clearInterval(this.sending)
    clearTimeout(this.over)
    if (this.online) removeEventListener('online', this.online)
    this.ending.abort()
    this.release?.()
  }

  // The server knows whether duty goes on by the roster: the page asks it anew.
  ended() {
    this.send()
    this.stop()
    this.say('')
  }

  // By the clock that is sent along: some browsers stamp a position by another one.
  found({ coords }) {
    const stamp = Date.now()
    const one = { stamp, lon: round(coords.longitude), lat: round(coords.latitude), accuracy: Math.round(coords.accuracy) }
    const kept = this.kept()
    const last = kept.at(-1) ?? this.last
    if (last && !this.isNews(last, one)) return
    const first = !this.last
    this.last = one
    kept.push(one)
    this.keep(thinned(kept))
    this.tell()
    if (first) this.send()
  }

  isNews(last, one) {
    const time = one.stamp - last.stamp
    if (time < 10_000) return false
    const east = (one.lon - last.lon) * Math.cos(one.lat * Math.PI / 180)
    return time >= this.every || EARTH * Math.hypot(east, one.lat - last.lat) >= this.metres
  }

  async send() {
    const some = this.kept().slice(0, AT_ONCE)
    if (!some.length || this.busy || !navigator.onLine) return
    this.busy = true
    const { ok, status } = await post(this.dataset.url, { sent_at: Date.now(), positions: some })
    this.busy = false
    // Taken, or never to be taken; else it is tried again.
    if (ok || status === 400 || status === 403) this.forget(some.at(-1).stamp)
    if (status === 409) { this.keep([]); this.stop(); this.say(this.words.off); return }
    this.tell()
    this.dataset.sent = String(Number(this.dataset.sent ?? 0) + (ok ? some.length : 0))
    if (ok && this.kept().length) this.send()
  }

  forget(stamp) { this.keep(this.kept().filter((one) => one.stamp > stamp)) }

  tell() {
    if (!this.last) return
    const time = new Date(this.last.stamp).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
    const count = this.kept().length
    const waits = count > 1 ? ` ${fill(this.words.kept, { count })}` : ''
    this.say(fill(this.words.runs, { time }) + waits)
  }

  say(text) { if (this.state) this.state.textContent = text }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? []
    } catch {
      return []
    }
  }

  keep(rows) {
    try {
      if (rows.length) localStorage.setItem(this.key, JSON.stringify(rows))
      else localStorage.removeItem(this.key)
    } catch { /* no room, or not allowed: then only what is sent at once */ }
  }
}

// Full: the older half is kept at half its density, and the way stays whole.
function thinned(rows) {
  if (rows.length <= MOST) return rows
  const half = Math.floor(rows.length / 2)
  return rows.filter((_row, place) => place >= half || place % 2 === 0)
}

const round = (degrees) => Math.round(degrees * 1e6) / 1e6

customElements.define('track-line', TrackLine)

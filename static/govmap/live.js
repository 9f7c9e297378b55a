// The event stream. An event only names a subject; whoever hears it fetches it again,
// so the server decides who sees what.
//
// All parts of a page share one connection: a second one would count against the few
// that a browser keeps open, and the server would say everything twice.

const FIRST_WAIT = 1000 // ms
const LONGEST_WAIT = 30000
const openStreams = new Set()

// Whether any stream of this page is open or on its way.
export const isListening = () => openStreams.size > 0

// listen(url, {case: (data) => …}, {state: (connected) => …}) -> {close}
//
// A broken connection is taken up again by the browser, with Last-Event-ID. An answer
// that is no stream ends an EventSource for good: then a new one is made, later and
// later, which tells by `after` where it stopped. Word of the reader's own notices goes
// to the document, whichever part of the page has the stream.
export function listen(url, handlers, { state = () => {} } = {}) {
  const address = new URL(url, location.href)
  const stream = [...openStreams].find((one) => one.serves(address)) ?? new Stream(address)
  return stream.join({ handlers, state })
}

class Stream {
  constructor(address) {
    this.address = address
    this.last = address.searchParams.get('after') ?? ''
    this.parts = new Set()
    this.heard = new Set() // names of events that the source is asked for
    this.wait = FIRST_WAIT
    this.timer = 0
    openStreams.add(this)
    this.open()
    // A page in the browser's back cache may not keep a connection.
    this.hide = () => this.source.close()
    this.show = (event) => { if (event.persisted) this.open() }
    addEventListener('pagehide', this.hide)
    addEventListener('pageshow', this.show)
  }

  // Whoever wants to hear from an event on, of which this stream has told later ones
  // already, would miss some.
  serves(address) {
    const after = address.searchParams.get('after')
    return address.pathname === this.address.pathname
      && (after === null || Number(this.last) <= Number(after))
  }

  join(part) {
    this.parts.add(part)
    for (const name of Object.keys(part.handlers)) this.hear(name)
    if (this.source.readyState === EventSource.OPEN) part.state(true)
    return { close: () => this.leave(part) }
  }

  leave(part) {
    this.parts.delete(part)
    if (this.parts.size) return
    openStreams.delete(this)
    clearTimeout(this.timer)
    this.source.close()
    removeEventListener('pagehide', this.hide)
    removeEventListener('pageshow', this.show)
  }

  open() {
    const address = new URL(this.address)
    if (this.last) address.searchParams.set('after', this.last)
    this.source = new EventSource(address)
    this.source.addEventListener('open', () => { this.wait = FIRST_WAIT; this.tell(true) })
    this.source.addEventListener('error', () => this.failed())
    this.source.addEventListener('notice', () => document.dispatchEvent(new CustomEvent('govmap:notice')))
    const names = [...this.heard]
    this.heard.clear()
    for (const name of names) this.hear(name)
  }

  hear(name) {
    if (this.heard.has(name)) return
    this.heard.add(name)
    this.source.addEventListener(name, (event) => {
      if (event.lastEventId) this.last = event.lastEventId
      const data = JSON.parse(event.data)
      for (const { handlers } of [...this.parts]) handlers[name]?.(data)
    })
  }

  tell(connected) {
    for (const { state } of [...this.parts]) state(connected)
  }

  failed() {
    this.tell(false)
    if (this.source.readyState !== EventSource.CLOSED) return
    // Not all at once, when a server comes back and a thousand desks wait for it.
    this.timer = setTimeout(() => this.open(), this.wait * (0.5 + Math.random()))
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT)
  }
}

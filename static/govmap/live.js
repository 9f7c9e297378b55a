// The event stream. An event only names a subject; whoever hears it fetches it again,
// so the server decides who sees what.
//
// All parts of a page share one connection, and so do all tabs of a browser
// (govmap/live-tabs): each would count against the few that a browser keeps open, and
// the server would say everything as often.
import { Tabs } from 'govmap/live-tabs'

const openStreams = new Set()

// Whether any stream of this page is open or on its way.
export const isListening = () => openStreams.size > 0

// listen(url, {case: (data) => …}, {state: (connected) => …}) -> {close}
//
// `after` in the address is the last event that the page knew: what came since is told.
// A broken connection is taken up again where it broke. Word of the reader's own notices
// goes to the document, whichever part of the page has the stream.
export function listen(url, handlers, { state = () => {} } = {}) {
  const address = new URL(url, location.href)
  const stream = [...openStreams].find((one) => one.serves(address)) ?? new Stream(address)
  return stream.join({ handlers, state })
}

class Stream {
  constructor(address) {
    this.path = address.pathname
    this.parts = new Set()
    openStreams.add(this)
    this.tabs = new Tabs(this.path, address.searchParams.get('after') ?? '', {
      event: (name, data) => this.tell(name, data),
      state: (connected) => this.tellState(connected),
    })
  }

  // Whoever wants to hear from an event on, of which this stream has told later ones
  // already, would miss some.
  serves(address) {
    const after = address.searchParams.get('after')
    return address.pathname === this.path
      && (after === null || Number(this.tabs.last) <= Number(after))
  }

  join(part) {
    this.parts.add(part)
    if (this.tabs.connected) part.state(true)
    return { close: () => this.leave(part) }
  }

  leave(part) {
    this.parts.delete(part)
    if (this.parts.size) return
    openStreams.delete(this)
    this.tabs.close()
  }

  tell(name, data) {
    // The streams of a page are told alike: once is enough.
    if (name === 'notice' && this === [...openStreams][0]) {
      document.dispatchEvent(new CustomEvent('govmap:notice'))
    }
    for (const { handlers } of [...this.parts]) handlers[name]?.(data)
  }

  tellState(connected) {
    for (const { state } of [...this.parts]) state(connected)
  }
}

// The shared worker behind all tabs of this browser: it has the one connection, and
// every tab a port. It ends with the last tab. See govmap/live-tabs for what they say.
import { Line } from './live-line.js'

const ports = new Set()
const visible = new Set() // those of them that somebody looks at
let line = null

function tellAllTabs(message) {
  for (const port of ports) port.postMessage(message)
}

function open(path, after) {
  line = new Line(path, after, {
    event: (name, data, id) => tellAllTabs({ name, data, id }),
    state: (connected) => tellAllTabs({ connected }),
    sign: () => {},
  })
}

function look(port, seen) {
  if (seen) visible.add(port)
  else visible.delete(port)
  if (!line) return
  line.watched = visible.size > 0
  if (seen) line.woken()
}

function heard(port, { path, after, bye, seen = false }) {
  if (bye) {
    ports.delete(port)
    look(port, false)
    if (ports.size) return
    line?.close()
    line = null
  } else if (path === undefined) look(port, seen)
  else {
    ports.add(port)
    // Whoever begins the connection is told by it what he missed; others ask.
    port.postMessage({ first: !line, connected: Boolean(line?.connected) })
    if (!line) open(path, after)
    look(port, seen)
  }
}

self.addEventListener('connect', ({ ports: [port] }) => {
  port.addEventListener('message', ({ data }) => heard(port, data))
  port.start()
})

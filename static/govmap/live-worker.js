// The shared worker behind all tabs of this browser: it has the one connection, and
// every tab a port. It ends with the last tab. See govmap/live-tabs for what they say.
import { Line } from './live-line.js'

const ports = new Set()
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

function heard(port, { path, after, bye }) {
  if (bye) {
    ports.delete(port)
    if (ports.size) return
    line?.close()
    line = null
  } else {
    ports.add(port)
    // Whoever begins the connection is told by it what he missed; others ask.
    port.postMessage({ first: !line, connected: Boolean(line?.connected) })
    if (line) line.woken()
    else open(path, after)
  }
}

self.addEventListener('connect', ({ ports: [port] }) => {
  port.addEventListener('message', ({ data }) => heard(port, data))
  port.start()
})

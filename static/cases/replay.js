// A day of the event log played again: what was reported, moved on and closed, at a
// speed one chooses. One document a day comes from the server, for this reader.

const TICK = 100 // ms between two pictures
const FRESH = 900 // s of the day for which a change stands out
const STAYS = 1200 // s for which what was closed is still seen
const STEP = 300 // s of one key press
export const EMPTY = { type: 'FeatureCollection', features: [] }

export class Replay {
  constructor(live, map) {
    Object.assign(this, { live, map, bar: document.querySelector('[data-replay]'), rows: [], at: 0, drawn: EMPTY })
    this.part = (name) => this.bar.querySelector(`[data-replay-${name}]`)
    live.querySelector('[data-replay-open]').addEventListener('click', () => this.open())
    this.part('close').addEventListener('click', () => this.close())
    this.part('play').addEventListener('click', () => this.toggle())
    this.part('range').addEventListener('input', ({ target }) => this.show(Number(target.value)))
    this.part('day').addEventListener('change', () => this.load())
    this.part('range').step = STEP
    this.bar.addEventListener('keydown', (event) => event.key === 'Escape' && this.close())
  }

  get isOpen() { return !this.bar.hidden }

  async open() {
    this.bar.hidden = false
    this.live.page.showLayers?.(false)
    this.map.restyle()
    this.part('play').focus()
    await this.load()
  }

  close() {
    this.stop()
    this.bar.hidden = true
    this.draw([])
    this.live.renew()
    this.live.querySelector('[data-replay-open]').focus()
  }

  async load() {
    this.stop()
    const day = this.part('day').value
    if (!day) return
    const said = this.part('said')
    said.textContent = said.dataset.reading
    try {
      const response = await fetch(`${this.live.dataset.day}?at=${day}`, { headers: { 'X-Requested-With': 'fetch' } })
      if (!response.ok || response.redirected) throw new Error(String(response.status))
      this.take(await response.json())
    } catch {
      said.textContent = said.dataset.failed
    }
  }

  take({ day, seconds, phases, cases, whole }) {
    Object.assign(this, { day, seconds, done: phases.indexOf('done') })
    this.rows = cases.map(([lon, lat, before, ...changes]) => ({ lon, lat, before, changes }))
    this.part('range').max = seconds
    const said = this.part('said')
    said.textContent = cases.length ? (whole ? '' : said.dataset.part) : said.dataset.none
    this.bar.dataset.cases = String(cases.length)
    // From the first thing that happened on, not from an empty night.
    const first = Math.min(...this.rows.map(({ changes }) => changes[0]), seconds)
    this.show(cases.length ? Math.max(0, first - STEP) : 0)
  }

  toggle() {
    if (this.timer) return this.stop()
    if (this.at >= this.seconds) this.show(0)
    let before = performance.now()
    this.timer = setInterval(() => {
      const now = performance.now()
      this.show(this.at + ((now - before) / 1000) * Number(this.part('speed').value))
      before = now
    }, TICK)
    this.said(true)
    return undefined
  }

  stop() {
    clearInterval(this.timer)
    this.timer = 0
    this.said(false)
  }

  said(plays) {
    const button = this.part('play')
    button.setAttribute('aria-pressed', String(plays))
    button.querySelector('span').textContent = plays ? button.dataset.pause : button.dataset.play
  }

  show(at) {
    this.at = Math.min(at, this.seconds)
    if (this.at >= this.seconds && this.timer) this.stop()
    const range = this.part('range')
    range.value = this.at
    const clock = written(this.at)
    range.setAttribute('aria-valuetext', clock)
    this.part('clock').textContent = clock
    this.draw(this.rows)
  }

  draw(rows) {
    const count = { reported: 0, closed: 0, still: 0 }
    const features = []
    for (const row of rows) {
      const { phase, since, reported, closed } = stateOf(row, this.at, this.done)
      count.reported += reported
      count.closed += closed
      if (phase < 0) continue
      const over = phase === this.done
      if (!over) count.still += 1
      if (over && this.at - since > STAYS) continue
      features.push({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [row.lon, row.lat] },
        properties: { phase, fresh: Number(this.at - since < FRESH) },
      })
    }
    for (const [name, number] of Object.entries(count)) this.part(name).textContent = number.toLocaleString('en')
    this.drawn = { ...EMPTY, features }
    this.map.gl.getSource('replay')?.setData(this.drawn)
  }
}

// Where a case stood at a second of the day, since when, and what had happened to it.
export function stateOf({ before, changes }, at, done) {
  const found = { phase: before, since: -Infinity, reported: 0, closed: 0 }
  for (let index = 0; index < changes.length && changes[index] <= at; index += 2) {
    if (found.phase < 0) found.reported = 1
    found.since = changes[index]
    found.phase = changes[index + 1]
    found.closed = Number(found.phase === done)
  }
  return found
}

function written(seconds) {
  const minutes = Math.floor(seconds / 60)
  return [Math.floor(minutes / 60), minutes % 60].map((number) => String(number).padStart(2, '0')).join(':')
}

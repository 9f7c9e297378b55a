// The map's tools that keep something: sketches, views, and the address to share.
import { csrf, fetchFragment, post, uuid as newUuid } from 'govmap/http'
import { readArea } from 'layers/area-code'

// Of this person: colleagues share a desk and its browser.
const DRAFT = `govmap.sketch.${document.querySelector('meta[name=govmap-person]')?.content ?? ''}`

// The list of what is kept, under the form that adds to it.
class Kept {
  constructor(tools, name) {
    this.tools = tools
    this.panel = tools.querySelector(`[data-panel="${name}"]`)
    this.list = this.panel.querySelector('[data-kept]')
    this.list.addEventListener('click', (event) => this.clicked(event))
  }

  async refresh() {
    const { ok, html, response } = await fetchFragment(this.tools.dataset[this.list.dataset.kept])
    if (response?.redirected) return location.reload() // signed out meanwhile
    if (ok) this.list.innerHTML = html
    else this.tools.say('failed')
  }

  // The server's own words for what it does not take, beside the form.
  tell({ ok, status, data }, undo = null) {
    this.tools.say(ok ? 'saved' : 'failed', undo)
    if (ok || status < 400 || status >= 500) return ok
    this.tools.piece('tool-said').textContent = wordsOf(data) || this.tools.piece('tool-said').dataset.failed
    return false
  }

  async remove(api, item, again) {
    const { ok } = await erase(`${api}${item.dataset.uuid}/`)
    if (!ok) return this.tools.say('failed')
    item.remove()
    this.tools.say('deleted', async () => {
      if (this.tell(await post(api, again))) this.refresh()
    })
  }
}

export class ViewsTool extends Kept {
  constructor(tools) {
    super(tools, 'views')
    this.form = this.panel.querySelector('[data-view-form]')
    this.form.addEventListener('submit', (event) => this.save(event))
  }

  open() { return this.refresh() }

  async save(event) {
    event.preventDefault()
    const sent = { uuid: newUuid(), title: this.form.title.value, address: this.tools.address() }
    if (!this.tell(await post(this.tools.dataset.viewApi, sent))) return
    this.form.reset()
    this.refresh()
  }

  clicked(event) {
    const item = event.target.closest('[data-uuid]')
    if (event.target.closest('[data-delete]')) {
      const { uuid, address } = item.dataset
      return this.remove(this.tools.dataset.viewApi, item, { uuid, address, title: item.querySelector('a').textContent })
    }
    if (!event.target.closest('[data-open-view]') || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const { page } = this.tools
    const { address } = item.dataset
    page.tree.follow(address)
    location.hash = address.slice(address.indexOf('#'))
    page.time.go(new URLSearchParams(address.split('#')[0]).get('at'))
  }
}

export class SketchTool extends Kept {
  draws = ['line', 'polygon', 'rectangle', 'spot']

  constructor(tools) {
    super(tools, 'sketch')
    this.form = this.panel.querySelector('[data-sketch-form]')
    this.shapesList = this.panel.querySelector('[data-shapes]')
    this.form.addEventListener('submit', (event) => this.save(event))
    this.form.addEventListener('input', () => this.keep())
    this.panel.querySelector('[data-sketch-new]').addEventListener('click', () => this.begin())
    this.shapesList.addEventListener('input', ({ target }) => {
      this.sketch.shapes[Number(target.dataset.at)].words = target.value
      this.keep()
      this.draw()
    })
    this.shapesList.addEventListener('click', ({ target }) => {
      const button = target.closest('button')
      if (!button) return
      this.sketch.shapes.splice(Number(button.dataset.at), 1)
      this.changed()
    })
    // Nothing that was drawn is lost by leaving the page.
    this.sketch = draft() ?? blank()
  }

  open() {
    this.fill()
    this.draw()
    return this.refresh()
  }

  close() { this.layer?.remove() }

  begin(sketch = blank()) {
    this.sketch = sketch
    this.changed()
  }

  drawn(text, kind) {
    const shape = kind === 'polygon' || kind === 'rectangle' ? 'area' : kind
    this.sketch.shapes.push({ kind: shape, shape: text, words: '' })
    this.changed()
    this.shapesList.querySelector('li:last-child input')?.focus()
  }

  changed() {
    this.fill()
    this.keep()
    this.draw()
  }

  fill() {
    const { shapes, title, shared } = this.sketch
    Object.assign(this.form.title, { value: title })
    Object.assign(this.form.shared, { checked: shared })
    this.form.hidden = !shapes.length
    const { words, remove } = this.shapesList.dataset
    this.shapesList.replaceChildren(...shapes.map((shape, at) => {
      const row = document.createElement('li')
      const kind = this.shapesList.dataset[`kinds${shape.kind[0].toUpperCase()}${shape.kind.slice(1)}`]
      const input = Object.assign(document.createElement('input'), { className: 'form-control', maxLength: 60, value: shape.words, placeholder: words })
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn-plain', textContent: remove })
      for (const one of [input, button]) one.dataset.at = at
      input.setAttribute('aria-label', `${kind} ${at + 1}: ${words}`)
      row.append(kind, input, button)
      return row
    }))
  }

  keep() {
    this.sketch.title = this.form.title.value
    this.sketch.shared = this.form.shared.checked
    try {
      localStorage.setItem(DRAFT, JSON.stringify(this.sketch))
    } catch {
      // Private windows keep nothing; saving works all the same.
    }
  }

  draw() {
    this.layer?.remove()
    this.layer = L.layerGroup(this.sketch.shapes.map(drawnShape)).addTo(this.tools.map.leaflet)
  }

  async save(event) {
    event.preventDefault()
    this.keep()
    if (!this.tell(await post(this.tools.dataset.sketchApi, this.sketch))) return
    this.refresh()
  }

  async clicked(event) {
    const item = event.target.closest('[data-uuid]')
    if (!item) return
    const api = this.tools.dataset.sketchApi
    const { ok, html } = await fetchFragment(`${api}${item.dataset.uuid}/`)
    if (!ok) return this.tools.say('failed')
    const found = JSON.parse(html)
    if (event.target.closest('[data-delete]')) return this.remove(api, item, found)
    // A colleague's is changed as one's own copy.
    this.begin({ ...found, ...(!found.own && { uuid: newUuid(), shared: false }) })
    this.tools.page.goTo({ type: 'MultiPoint', coordinates: found.shapes.flatMap(({ shape }) => readArea(shape)) })
    this.tools.map.show(null)
  }
}

export class ShareTool {
  constructor(tools) {
    this.tools = tools
    this.panel = tools.querySelector('[data-panel="share"]')
    this.field = this.panel.querySelector('[data-share-address]')
    this.panel.querySelector('[data-share-copy]').addEventListener('click', () => this.copy())
    tools.map.leaflet.on('moveend', () => tools.tool === this && this.open())
  }

  open() { this.field.value = `${location.origin}${location.pathname}${this.tools.address()}` }

  async copy() {
    this.field.select()
    try {
      await navigator.clipboard.writeText(this.field.value)
    } catch {
      document.execCommand('copy') // pages that came by plain HTTP have no clipboard
    }
    this.tools.say('copied')
  }
}

function drawnShape({ kind, shape, words }) {
  const corners = readArea(shape).map(([lon, lat]) => [lat, lon])
  const look = { className: 'sketch-shape', interactive: false }
  const made = { area: () => L.polygon(corners, look), line: () => L.polyline(corners, { ...look, fill: false }), spot: () => L.circleMarker(corners[0], { ...look, radius: 7 }) }[kind]()
  if (words) made.bindTooltip(document.createTextNode(words), { permanent: true, direction: kind === 'spot' ? 'right' : 'center', className: 'sketch-words', offset: kind === 'spot' ? [10, 0] : [0, 0] })
  return made
}

const blank = () => ({ uuid: newUuid(), title: '', shapes: [], shared: false })

function draft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT))
  } catch {
    return null
  }
}

async function erase(address) {
  try {
    return await fetch(address, { method: 'DELETE', headers: { 'X-CSRFToken': csrf(), 'X-Requested-With': 'fetch' } })
  } catch {
    return { ok: false }
  }
}

function wordsOf(data) {
  if (typeof data === 'string') return data
  if (typeof data?.detail === 'string') return data.detail // beside it stands a code
  if (Array.isArray(data)) return data.map(wordsOf).join(' ')
  return Object.values(data ?? {}).map(wordsOf).join(' ')
}

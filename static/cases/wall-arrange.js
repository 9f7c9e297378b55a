// Arranging a wall: panels are dragged by their titles and sized by their corners, on
// the grid of the scene; the keyboard does the same. Nothing is kept before "Keep", and
// the server says why it keeps something not.
import { csrf } from 'govmap/http'
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export function arranger(page, button, setup) {
  return new Arranger(page, button, setup)
}

class Arranger {
  constructor(page, button, setup) {
    Object.assign(this, { page, button, setup, words: setup.words })
    const [columns, rows] = setup.grid
    Object.assign(this, { columns, rows })
    button.addEventListener('click', () => (page.arranging ? this.cancel() : this.begin()))
    addEventListener('beforeunload', (event) => { if (this.changed) event.preventDefault() })
  }

  begin() {
    const { page } = this
    this.before = page.scenes
    page.scenes = structuredClone(page.scenes) // of which the setup holds the same
    this.changed = false
    page.arranging = true
    page.classList.add('is-arranging')
    this.button.setAttribute('aria-pressed', 'true')
    this.bar = page.querySelector('[data-arrange-bar]').content.firstElementChild.cloneNode(true)
    page.querySelector('[data-grid]').before(this.bar)
    this.part = (name) => this.bar.querySelector(`[data-${name}]`)
    this.wire()
    this.ending = new AbortController()
    for (const panel of page.querySelectorAll('[data-panel]')) this.hold(panel)
    page.querySelector('[data-scenes]').addEventListener('click', () => this.draw(), { signal: this.ending.signal })
    this.draw()
    this.part('scene-name').focus()
  }

  end() {
    const { page } = this
    this.ending.abort()
    this.bar.remove()
    for (const corner of page.querySelectorAll('.arrange-corner, .arrange-away')) corner.remove()
    for (const panel of page.querySelectorAll('[data-panel]')) panel.removeAttribute('tabindex')
    page.arranging = false
    this.changed = false
    page.classList.remove('is-arranging')
    this.button.removeAttribute('aria-pressed')
    page.drawScenes()
    page.show(page.at)
    this.button.focus()
  }

  wire() {
    const on = (name, act, kind = 'click') => this.part(name).addEventListener(kind, act)
    on('scene-name', () => { this.scene.name = this.part('scene-name').value; this.changed = true; this.names() }, 'input')
    on('scene-seconds', () => { this.scene.seconds = Number(this.part('scene-seconds').value); this.changed = true }, 'input')
    on('scene-add', () => this.addScene())
    on('scene-first', () => this.earlier())
    on('scene-remove', () => this.removeScene())
    on('reset', () => this.reset())
    on('cancel', () => this.cancel())
    on('save', () => this.save())
    this.bar.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.cancel() })
  }

  get scene() { return this.page.scenes[this.page.at] }

  spot(name) { return this.scene.panels.find(({ panel }) => panel === name) }

  draw() {
    this.page.place()
    this.part('scene-name').value = this.scene.name
    this.part('scene-seconds').value = this.scene.seconds
    this.part('scene-add').disabled = this.page.scenes.length >= this.setup.most_scenes
    this.part('scene-first').disabled = this.page.at === 0
    const there = new Set(this.scene.panels.map(({ panel }) => panel))
    const absent = Object.keys(this.setup.titles).filter((name) => !there.has(name))
    this.part('absent').replaceChildren(...absent.map((name) => {
      const add = document.createElement('button')
      add.type = 'button'
      add.className = 'btn'
      add.dataset.add = name
      add.textContent = `+ ${this.setup.titles[name]}`
      add.addEventListener('click', () => this.add(name))
      return add
    }))
  }

  names() {
    const button = this.page.querySelector('[data-scenes]').children[this.page.at]
    if (button) button.textContent = this.scene.name
  }

  say(text) { this.part('said').textContent = text }

  // A panel held by its title or its corner, or by the keyboard.

  hold(panel) {
    const { signal } = this.ending
    panel.tabIndex = 0
    const corner = document.createElement('span')
    corner.className = 'arrange-corner'
    corner.setAttribute('aria-hidden', 'true')
    const away = document.createElement('button')
    away.type = 'button'
    away.className = 'arrange-away'
    away.textContent = '×'
    away.setAttribute('aria-label', this.words.take_away)
    away.addEventListener('click', () => this.takeAway(panel))
    panel.append(corner, away)
    panel.querySelector('h2').addEventListener('pointerdown', (event) => this.drag(event, panel, false), { signal })
    corner.addEventListener('pointerdown', (event) => this.drag(event, panel, true), { signal })
    panel.addEventListener('keydown', (event) => this.key(event, panel), { signal })
  }

  drag(event, panel, sizes) {
    if (event.button) return
    event.preventDefault()
    panel.focus({ preventScroll: true })
    const grid = this.page.querySelector('[data-grid]').getBoundingClientRect()
    const step = [grid.width / this.columns, grid.height / this.rows]
    const from = { ...this.spot(panel.dataset.panel) }
    const ending = new AbortController()
    const { signal } = ending
    panel.classList.add('is-dragged')
    const reach = (move) => [Math.round((move.clientX - event.clientX) / step[0]), Math.round((move.clientY - event.clientY) / step[1])]
    addEventListener('pointermove', (move) => {
      const [x, y] = reach(move)
      this.hint(panel, sizes ? this.sized(from, x, y) : this.moved(from, x, y))
    }, { signal })
    const stop = (move, keeps) => {
      ending.abort()
      panel.classList.remove('is-dragged')
      this.ghost?.remove()
      this.ghost = null
      const [x, y] = reach(move)
      if (keeps && (x || y)) this.put(panel, sizes ? this.sized(from, x, y) : this.moved(from, x, y), { swaps: !sizes })
    }
    addEventListener('pointerup', (move) => stop(move, true), { signal })
    addEventListener('pointercancel', (move) => stop(move, false), { signal })
  }

  hint(panel, spot) {
    this.ghost ??= this.page.querySelector('[data-grid]').appendChild(Object.assign(document.createElement('i'), { className: 'arrange-ghost' }))
    this.ghost.style.gridArea = `${spot.y} / ${spot.x} / span ${spot.h} / span ${spot.w}`
    this.ghost.classList.toggle('is-refused', !this.fits(panel.dataset.panel, spot) && !this.swap(panel.dataset.panel, spot))
  }

  key(event, panel) {
    if (event.target !== panel) return
    const step = STEPS[event.key]
    if (event.key === 'Delete' || event.key === 'Backspace') this.takeAway(panel)
    else if (event.key === 'Escape') this.cancel()
    else if (step) {
      const from = this.spot(panel.dataset.panel)
      this.put(panel, event.shiftKey ? this.sized(from, ...step) : this.moved(from, ...step), { swaps: !event.shiftKey })
    } else return
    event.preventDefault()
  }

  moved(from, x, y) {
    const within = (value, most) => Math.min(Math.max(value, 1), most)
    return { ...from, x: within(from.x + x, this.columns - from.w + 1), y: within(from.y + y, this.rows - from.h + 1) }
  }

  sized(from, x, y) {
    const [width, height] = this.setup.least[from.panel]
    const within = (value, least, most) => Math.min(Math.max(value, least), most)
    return { ...from, w: within(from.w + x, width, this.columns - from.x + 1), h: within(from.h + y, height, this.rows - from.y + 1) }
  }

  fits(name, spot) {
    return this.scene.panels.every((other) => other.panel === name || !overlap(other, spot))
  }

  // The one panel that lies in the way changes places with it, if both then fit.
  swap(name, spot) {
    const from = this.spot(name)
    const [other, ...more] = this.scene.panels.filter((one) => one.panel !== name && overlap(one, spot))
    if (!from || !other || more.length) return null
    const [mine, its] = [{ ...from, x: other.x, y: other.y, w: other.w, h: other.h }, { ...other, x: from.x, y: from.y, w: from.w, h: from.h }]
    const small = [mine, its].some(({ panel, w, h }) => w < this.setup.least[panel][0] || h < this.setup.least[panel][1])
    return small ? null : [mine, its]
  }

  put(panel, spot, { swaps }) {
    const name = panel.dataset.panel
    const pair = this.fits(name, spot) ? [spot] : swaps ? this.swap(name, spot) : null
    if (!pair) { this.say(this.words.no_room); return }
    for (const one of pair) Object.assign(this.spot(one.panel), one)
    this.changed = true
    this.say(fill(this.words.moved, { ...this.spot(name), panel: this.setup.titles[name] }))
    this.page.place()
  }

  takeAway(panel) {
    const { scene } = this
    scene.panels = scene.panels.filter((one) => one.panel !== panel.dataset.panel)
    this.changed = true
    this.draw()
    this.part('absent').querySelector(`[data-add="${panel.dataset.panel}"]`)?.focus()
  }

  // At its least size, in the first place that is free.
  add(name) {
    const [w, h] = this.setup.least[name]
    for (let y = 1; y <= this.rows - h + 1; y++) {
      for (let x = 1; x <= this.columns - w + 1; x++) {
        const spot = { panel: name, x, y, w, h }
        if (!this.fits(name, spot)) continue
        this.scene.panels.push(spot)
        this.changed = true
        this.say('')
        this.draw()
        this.page.querySelector(`[data-panel="${name}"]`).focus()
        return
      }
    }
    this.say(this.words.no_room)
  }

  // Scenes

  addScene() {
    const { page } = this
    const used = new Set(page.scenes.map(({ name }) => name))
    let number = page.scenes.length + 1
    while (used.has(`${this.words.new_scene} ${number}`)) number++
    page.scenes.push({ name: `${this.words.new_scene} ${number}`, seconds: 30, panels: [] })
    this.changed = true
    page.drawScenes()
    page.show(page.scenes.length - 1)
    this.draw()
    this.part('scene-name').select()
  }

  earlier() {
    const { page } = this
    const [scene] = page.scenes.splice(page.at, 1)
    page.scenes.splice(page.at - 1, 0, scene)
    this.changed = true
    page.drawScenes()
    page.show(page.at - 1)
    this.draw()
  }

  removeScene() {
    const { page } = this
    if (page.scenes.length === 1) { this.say(this.words.last_scene); return }
    page.scenes.splice(page.at, 1)
    this.changed = true
    page.drawScenes()
    page.show(Math.min(page.at, page.scenes.length - 1))
    this.draw()
  }

  cancel() {
    if (this.changed && !confirm(this.words.ask_leave)) return
    this.page.scenes = this.before
    this.page.at = Math.min(this.page.at, this.before.length - 1)
    this.end()
  }

  // Keeping

  async save() {
    const answer = await this.ask('PUT', { version: this.page.version, scenes: this.page.scenes })
    if (!answer.ok) { this.say(answer.data?.detail ?? this.words.unsaved); return }
    this.page.scenes = this.setup.layout.scenes = answer.data.scenes
    this.page.version = answer.data.version
    this.setup.wide = null
    this.end()
    notify(this.words.saved, { kind: 'success' })
  }

  async reset() {
    if (!confirm(this.words.ask_reset)) return
    const answer = await this.ask('DELETE')
    if (!answer.ok) { this.say(answer.data?.detail ?? this.words.unsaved); return }
    this.changed = false
    location.reload() // which scenes are the usual ones, the screen decides
  }

  async ask(method, body) {
    try {
      const headers = { 'X-CSRFToken': csrf(), 'Content-Type': 'application/json' }
      const response = await fetch(this.page.dataset.layout, { method, headers, body: body && JSON.stringify(body) })
      return { ok: response.ok, data: await response.json() }
    } catch {
      return { ok: false, data: null }
    }
  }
}

function overlap(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

// <map-tools>: measure, ask an area, sketch, keep a view, share it. One tool at a time,
// in one drawer; each is a small class that the drawer opens and closes.
import { keys } from 'govmap/keys'
import { AreaDrawing } from 'layers/area-drawing'
import { MeasureTool, QueryTool } from 'layers/map-asking'
import { CompareTool } from 'layers/map-compare'
import { ShareTool, SketchTool, ViewsTool } from 'layers/map-keeping'

const TOOLS = { measure: MeasureTool, query: QueryTool, sketch: SketchTool, views: ViewsTool, share: ShareTool, compare: CompareTool }

class MapTools extends HTMLElement {
  async connectedCallback() {
    this.page = this.closest('map-page')
    this.piece = (name) => this.querySelector(`[data-${name}]`)
    this.map = this.page.map ?? await new Promise((done) => {
      this.page.addEventListener('map:ready', ({ detail }) => done(detail.map), { once: true })
    })
    this.drawing = new AreaDrawing(
      this.map, this.piece('area-bar'), (text, kind) => this.tool?.drawn(text, kind), (corners, kind) => this.tool?.drawing?.(corners, kind),
    )
    this.piece('area-bar').hidden = true
    this.tools = Object.fromEntries(Object.entries(TOOLS).map(([name, Tool]) => [name, new Tool(this)]))
    this.listen()
    this.dataset.ready = 'true'
  }

  listen() {
    for (const button of this.querySelectorAll('[data-tool]')) {
      button.addEventListener('click', () => this.choose(button.dataset.tool))
    }
    this.piece('close-tool').addEventListener('click', () => this.close())
    this.piece('open-tools').addEventListener('click', () => this.unfold())
    const print = this.piece('print')
    print.addEventListener('click', () => { print.href = `${print.pathname}${this.address()}` })
    this.piece('undo').addEventListener('click', () => this.undone?.())
    // A tap belongs to what is being drawn.
    this.page.addEventListener('map:click', (event) => this.drawing.kind && event.preventDefault())
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.tool) return
      event.stopPropagation()
      this.close()
    })
    keys({ m: () => this.choose('measure'), q: () => this.choose('query'), b: () => this.choose('views') })
  }

  choose(name) {
    if (this.tool === this.tools[name]) return this.close()
    this.leave()
    this.tool = this.tools[name]
    for (const button of this.querySelectorAll('[data-tool]')) {
      button.setAttribute('aria-pressed', String(button.dataset.tool === name))
    }
    for (const panel of this.querySelectorAll('[data-panel]')) panel.hidden = panel.dataset.panel !== name
    const { panel } = this.tool
    this.piece('tool-title').textContent = panel.dataset.title
    this.piece('area-bar').hidden = !this.tool.draws
    for (const button of this.querySelectorAll('[data-draw]')) {
      button.hidden = !this.tool.draws?.includes(button.dataset.draw)
    }
    this.say('')
    if (!this.page.parts.hereDrawer.hidden) this.page.closeHere()
    this.piece('tool-drawer').hidden = false
    this.unfold(false)
    this.piece('tool-title').focus()
    return this.tool.open?.()
  }

  leave() {
    if (!this.tool) return
    if (this.drawing.kind) this.drawing.stop()
    this.drawing.forget()
    this.tool.close?.()
    this.map.show(null)
    this.tool = null
  }

  close() {
    const name = Object.keys(this.tools).find((one) => this.tools[one] === this.tool)
    this.leave()
    this.piece('tool-drawer').hidden = true
    for (const button of this.querySelectorAll('[data-tool]')) button.setAttribute('aria-pressed', 'false')
    const opener = this.querySelector(`[data-tool="${name}"]`)
    ;(opener?.checkVisibility() ? opener : this.piece('open-tools')).focus()
  }

  unfold(open) {
    const shown = this.classList.toggle('tools-open', open)
    this.piece('open-tools').setAttribute('aria-expanded', String(shown))
  }

  // What was done, with a way back where there is one.
  say(name, undo = null) {
    const said = this.piece('tool-said')
    said.textContent = name ? said.dataset[name] : ''
    this.undone = undo
    this.piece('undo').hidden = !undo
  }

  // The address of what the map shows: `#` alone is where, the rest is what.
  address() {
    const said = new URLSearchParams()
    said.set('layers', this.page.tree.address())
    if (this.page.time.day) said.set('at', this.page.time.day)
    return `?${said}${location.hash}`
  }
}

customElements.define('map-tools', MapTools)

// The rows that a draft is tried with, on a map with the draft's own sign and label.
//
//   const trial = new TrialMap(root)   root: [data-trial-map] with its points beside it
//   trial.destroy()
import { loadMap } from 'layers/lazy-map'
import { keepPicture, pictureOf, recordLayers } from 'offices/record-layers'

export class TrialMap {
  constructor(root) {
    this.root = root
    this.points = JSON.parse(root.querySelector('script').textContent)
    this.seen = new IntersectionObserver(([entry]) => { if (entry.isIntersecting) this.start() })
    this.seen.observe(root)
  }

  destroy() {
    this.gone = true
    this.seen.disconnect()
    this.map?.destroy()
  }

  async start() {
    this.seen.disconnect()
    const box = this.root.querySelector('[data-map]')
    try {
      const createMap = await loadMap()
      if (this.gone) return
      this.root.hidden = false
      this.map = await createMap(box, { adjust: (style) => this.styled(style) })
      if (this.gone) { this.map.destroy(); return }
    } catch (error) {
      console.warn(error)
      box.hidden = true
      return
    }
    this.map.fit(this.points, { maxZoom: 16, padding: 48 })
    await this.sign()
    this.root.dataset.ready = 'true'
  }

  async sign() {
    const { gl } = this.map
    if (!gl) return
    this.symbol = await pictureOf(this.root.querySelector('.builder-pin svg'))
    keepPicture(gl, this.symbol)
    this.map.restyle()
  }

  styled(style) {
    const told = { color: this.root.dataset.color, css: getComputedStyle(this.root), symbol: this.symbol, whole: true }
    return {
      ...style,
      sources: { ...style.sources, records: { type: 'geojson', data: this.points } },
      layers: [...style.layers, ...recordLayers({ source: 'records' }, told)],
    }
  }
}

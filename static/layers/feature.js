// A feature's page: its outline on the map, and older outlines while a version of its
// history has the pointer or the focus.

import { createMap } from 'layers/map-core'

class FeaturePage extends HTMLElement {
  async connectedCallback() {
    const frame = this.querySelector('.feature-map')
    const outlines = Array.from(this.querySelectorAll('[data-outline]'), outlineOf)
    const now = frame.dataset.outline ? outlineOf(frame) : null
    try {
      this.map = await createMap(frame.querySelector('.map'), {
        style: frame.dataset.style, // of the day that is asked for, else of today
      })
    } catch {
      frame.hidden = true // the page says the rest without a map
      return
    }
    this.map.show(now)
    this.map.fit({ type: 'GeometryCollection', geometries: outlines }, { padding: 32 })
    for (const step of this.querySelectorAll('.feature-step[data-outline]')) this.follow(step)
  }

  disconnectedCallback() {
    this.map?.destroy()
  }

  follow(step) {
    const show = () => this.sketch(outlineOf(step))
    const hide = () => this.sketch(null)
    for (const name of ['pointerenter', 'focus']) step.addEventListener(name, show)
    for (const name of ['pointerleave', 'blur']) step.addEventListener(name, hide)
  }

  sketch(outline) {
    this.old?.remove()
    this.old = outline && L.geoJSON(outline, {
      interactive: false,
      style: { className: 'feature-old' },
      pointToLayer: (_feature, at) =>
        L.circleMarker(at, { radius: 9, interactive: false, className: 'feature-old' }),
    }).addTo(this.map.leaflet)
    this.querySelector('[data-old]').hidden = !outline
  }
}

const outlineOf = (node) => JSON.parse(node.dataset.outline)

customElements.define('feature-page', FeaturePage)

// Pins on a Leaflet map: cases by phase and light, and the one pin that chooses a place.

const GRID = 52 // pixels: nearer pins gather into one
const APART_FROM = 19 // zoom from which no pins gather
const LIGHTS = ['', 'green', 'yellow', 'red']
const SHAPE = 'M14 1.5c6.6 0 12 5.3 12 11.9 0 8.3-9.2 15.6-11.2 17.2a1.3 1.3 0 0 1-1.6 0' +
  'C11.2 29 2 21.7 2 13.4 2 6.8 7.4 1.5 14 1.5z'

export function pinLayer(map, geojson, options) {
  const group = L.layerGroup().addTo(map)
  let features = []
  let selected = null

  function redraw() {
    group.clearLayers()
    for (const gathered of gather(map, features, selected)) {
      group.addLayer(gathered.length > 1 ? cluster(map, gathered) : pin(gathered[0]))
    }
  }

  function pin({ geometry, properties }) {
    const chosen = String(properties.id) === selected
    const marker = L.marker(latlng(geometry), {
      icon: pinIcon(properties, chosen),
      title: properties.label ?? '',
      alt: properties.label ?? '',
      riseOnHover: true,
      zIndexOffset: chosen ? 1000 : 0,
    })
    if (options.onSelect) marker.on('click', () => options.onSelect(properties))
    return marker
  }

  function set(collection) {
    features = (collection?.features ?? []).filter(
      (feature) => feature.geometry?.type === 'Point',
    )
    redraw()
  }

  map.on('zoomend', redraw)
  set(geojson)
  return {
    set,
    select(id) {
      selected = id === null || id === undefined ? null : String(id)
      redraw()
    },
    remove() {
      map.off('zoomend', redraw)
      group.remove()
    },
  }
}

function latlng(geometry) {
  return [geometry.coordinates[1], geometry.coordinates[0]]
}

// By a grid of the zoom, so that a pin belongs to the same cluster wherever the map lies.
function gather(map, features, selected) {
  const zoom = map.getZoom()
  const cells = new Map()
  for (const feature of features) {
    const at = map.project(latlng(feature.geometry), zoom)
    const alone = zoom >= APART_FROM || String(feature.properties.id) === selected
    const key = alone
      ? `one ${feature.properties.id}`
      : `${Math.floor(at.x / GRID)} ${Math.floor(at.y / GRID)}`
    if (!cells.has(key)) cells.set(key, [])
    cells.get(key).push(feature)
  }
  return cells.values()
}

function cluster(map, features) {
  const points = features.map((feature) => latlng(feature.geometry))
  const middle = points[Math.floor(points.length / 2)]
  const worst = Math.max(
    ...features.map((feature) => LIGHTS.indexOf(feature.properties.light ?? '')),
  )
  const count = String(features.length)
  const marker = L.marker(middle, {
    icon: L.divIcon({
      className: `pin-cluster ${worst > 0 ? `light-${LIGHTS[worst]}` : ''}`,
      iconSize: [40, 40],
      html: `<span>${count}</span>`,
    }),
    title: count,
    alt: count,
  })
  marker.on('click', () =>
    map.fitBounds(L.latLngBounds(points), { maxZoom: APART_FROM, padding: [60, 60] }),
  )
  return marker
}

function pinIcon({ phase, light, glyph }, chosen) {
  const kinds = ['pin', `phase-${slug(phase) || 'collect'}`]
  if (light) kinds.push(`light-${slug(light)}`)
  if (chosen) kinds.push('pin-selected')
  const sign = glyph ? `<text x="14" y="18">${sign1(glyph)}</text>` : '<circle cx="14" cy="13.5" r="4"/>'
  return L.divIcon({
    className: kinds.join(' '),
    iconSize: [44, 48],
    iconAnchor: [22, 46],
    html: `<svg viewBox="-1 0 30 33" aria-hidden="true"><path d="${SHAPE}"/>${sign}</svg>`,
  })
}

function slug(word) {
  return String(word ?? '').replace(/[^a-z-]/g, '')
}

function sign1(glyph) {
  const [first] = String(glyph)
  return first.replace(/[<>&"']/g, '')
}

export function placePin(map, { lon, lat, accuracy, onChange = () => {} }) {
  let marker = null
  let halo = null

  function moved(by) {
    const { lat: y, lng: x } = marker.getLatLng()
    onChange({ lon: x, lat: y, by })
  }

  function set(x, y, metres = 0) {
    if (!marker) {
      marker = L.marker([y, x], {
        icon: pinIcon({ phase: 'dispatch' }, true),
        draggable: true,
        autoPan: true,
        keyboard: true,
      }).addTo(map)
      marker.on('dragend', () => {
        halo?.remove()
        halo = null
        moved('drag')
      })
    }
    marker.setLatLng([y, x])
    halo?.remove()
    halo = metres > 0
      ? L.circle([y, x], { radius: metres, interactive: false, className: 'map-accuracy' }).addTo(map)
      : null
  }

  function tap(event) {
    set(event.latlng.lng, event.latlng.lat)
    moved('tap')
  }

  if (Number.isFinite(lon) && Number.isFinite(lat)) set(lon, lat, accuracy)
  map.on('click', tap)
  return {
    set,
    get: () => marker && { lon: marker.getLatLng().lng, lat: marker.getLatLng().lat },
    remove() {
      map.off('click', tap)
      marker?.remove()
      halo?.remove()
    },
  }
}

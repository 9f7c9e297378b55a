// How entries of a module stand on a map: a ring by phase, the module's sign in it, its
// label below. The same on the module's map and where a draft is tried.
const PHASES = ['collect', 'dispatch', 'resolve', 'verify', 'done']
const SIZE = 48 // pixels of the sign's picture, drawn at half

// `of`: source and source layer; `css`: computed style with the colours of the theme;
// `whole`: few points, sign and label from far off.
export function recordLayers(of, { color, css, symbol, whole = false }) {
  const from = (zoom) => (whole ? {} : { minzoom: zoom })
  const radius = whole ? 10 : ['interpolate', ['linear'], ['zoom'], 10, 3, 14, 10]
  const width = whole ? 3 : ['interpolate', ['linear'], ['zoom'], 10, 1, 14, 3]
  const colour = (name) => css.getPropertyValue(`--${name}`).trim()
  const phase = ['match', ['get', 'phase'], ...PHASES.flatMap((name) => [name, colour(`phase-${name}`)]), colour('ink')]
  return [
    { id: 'records-ring', type: 'circle', ...of, paint: { 'circle-color': color, 'circle-radius': radius, 'circle-stroke-color': phase, 'circle-stroke-width': width } },
    ...(symbol ? [{ id: 'records-symbol', type: 'symbol', ...of, ...from(13), layout: { 'icon-image': 'symbol', 'icon-allow-overlap': true } }] : []),
    { id: 'records-label', type: 'symbol', ...of, ...from(15), layout: { 'text-field': ['case', ['==', ['get', 'label'], ''], ['get', 'number'], ['get', 'label']], 'text-size': 13, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-max-width': 9 }, paint: { 'text-color': colour('ink'), 'text-halo-color': colour('sheet'), 'text-halo-width': 1.5 } },
  ]
}

// An icon of the page, white, as a picture that a map may place.
export async function pictureOf(icon) {
  const svg = icon.cloneNode(true)
  const said = { xmlns: 'http://www.w3.org/2000/svg', width: SIZE, height: SIZE, stroke: '#fff', fill: 'none', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }
  for (const [name, value] of Object.entries(said)) svg.setAttribute(name, value)
  const picture = new Image(SIZE, SIZE)
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`
  await picture.decode()
  const canvas = Object.assign(document.createElement('canvas'), { width: SIZE, height: SIZE })
  const pen = canvas.getContext('2d')
  pen.drawImage(picture, 0, 0, SIZE, SIZE)
  return pen.getImageData(0, 0, SIZE, SIZE)
}

// A style that is set anew forgets its pictures.
export function keepPicture(gl, symbol) {
  const put = () => { if (!gl.hasImage('symbol')) gl.addImage('symbol', symbol, { pixelRatio: 3 }) }
  put()
  gl.on('styledata', put)
}

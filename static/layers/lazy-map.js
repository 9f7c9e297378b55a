// The map weighs more than all the rest: it comes when it is first looked at.
// The page keeps what the map needs in its head in <template id="map-head">.

let loading = null

// → createMap of layers/map-core; throws where a file does not come.
export function loadMap() {
  loading ??= load().catch((error) => {
    loading = null
    throw error
  })
  return loading
}

async function load() {
  const parts = document.getElementById('map-head').content.cloneNode(true)
  for (const part of [...parts.children]) await place(part)
  const { createMap } = await import('layers/map-core')
  return createMap
}

// One after the other: the second script needs the first.
function place(part) {
  const waits = part.matches('script[src], link[rel="stylesheet"]')
  if (!waits) {
    document.head.append(part)
    return null
  }
  return new Promise((resolve, reject) => {
    part.onload = resolve
    part.onerror = () => { part.remove(); reject(new Error(part.src || part.href)) }
    document.head.append(part)
  })
}

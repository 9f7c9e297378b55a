// Photos made small before they leave a phone on a weak signal.

const LONG_SIDE = 1600 // px
const LARGEST = 300_000 // bytes
const QUALITIES = [0.82, 0.72, 0.6, 0.45]

// A JPEG of at most LONG_SIDE; what the browser cannot read goes as it is, and the
// server says what it thinks of it.
export async function shrink(file) {
  let image
  try {
    image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return file
  }
  const scale = Math.min(1, LONG_SIDE / Math.max(image.width, image.height))
  if (scale === 1 && file.type === 'image/jpeg' && file.size <= LARGEST) return file
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  image.close()
  let small = null
  for (const quality of QUALITIES) {
    small = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (small && small.size <= LARGEST) break
  }
  canvas.width = canvas.height = 0 // old phones keep the pixels otherwise
  return small ?? file
}

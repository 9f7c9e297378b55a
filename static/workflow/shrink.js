// Photos made small before they leave a phone on a weak signal.

const SIDES = [1600, 1280, 1024] // px, the longer one
const QUALITIES = [0.82, 0.7, 0.55]
const LARGEST = 300_000 // bytes

// A JPEG of at most LARGEST: first at a lower quality, then with fewer pixels. What the
// browser cannot read goes as it is, and the server says what it thinks of it.
export async function shrink(file) {
  let image
  try {
    image = await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    return file
  }
  const long = Math.max(image.width, image.height)
  if (long <= SIDES[0] && file.type === 'image/jpeg' && file.size <= LARGEST) return file
  let small = null
  for (const side of SIDES) {
    small = await drawn(image, Math.min(1, side / long))
    if (small && small.size <= LARGEST) break
  }
  image.close()
  return small ?? file
}

async function drawn(image, scale) {
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(image.width * scale)
  canvas.height = Math.round(image.height * scale)
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  let blob = null
  for (const quality of QUALITIES) {
    blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (blob && blob.size <= LARGEST) break
  }
  canvas.width = canvas.height = 0 // old phones keep the pixels otherwise
  return blob
}

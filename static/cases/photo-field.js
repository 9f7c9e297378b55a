// Photos go ahead of their form, one by one, under ids made here: sent again after a
// lost connection, a photo is stored once.
import { post, uuid } from 'govmap/http'
import { notify } from 'govmap/notice'
import { shrink } from 'cases/shrink'

const TRIES = 3
const WAIT = 1500 // ms, before the second try

// addPhotos(field) -> {arrived(): when all are there (or throws), count()}
export function addPhotos(field) {
  const { photos: url, name, most, remove, failed, many } = field.dataset
  const [list, input] = [field.querySelector('.photos'), field.querySelector('input[type=file]')]
  const adder = input.closest('.photo-add')
  const sending = new Map() // element -> promise
  const count = () => list.querySelectorAll('.photo:not(.photo-add)').length

  input.addEventListener('change', () => {
    const room = most - count()
    if (input.files.length > room) notify(many, { kind: 'error' })
    for (const file of Array.from(input.files).slice(0, room)) add(file)
    input.value = ''
    show()
  })
  for (const photo of list.querySelectorAll('.photo:not(.photo-add)')) addRemove(photo)

  function add(file) {
    const photo = document.createElement('span')
    photo.className = 'photo'
    const picture = Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name })
    const hidden = Object.assign(document.createElement('input'), { type: 'hidden', name, value: uuid() })
    photo.append(picture, hidden)
    list.insertBefore(photo, adder)
    addRemove(photo)
    photo.addEventListener('click', () => { if (photo.classList.contains('is-failed')) start(photo, file, hidden.value) })
    start(photo, file, hidden.value)
  }

  function start(photo, file, id) {
    photo.classList.remove('is-failed')
    photo.classList.add('is-sending')
    sending.set(photo, deliver(photo, file, id))
  }

  async function deliver(photo, file, id) {
    const small = await shrink(file)
    for (let tried = 1; ; tried += 1) {
      const body = new FormData()
      body.set('uuid', id)
      body.set('file', small, file.name)
      const { ok, status, data } = await post(url, body)
      if (ok) break
      if (status === 0 && tried < TRIES) {
        await new Promise((done) => setTimeout(done, WAIT * tried))
        continue
      }
      photo.classList.remove('is-sending')
      photo.classList.add('is-failed')
      photo.title = data?.detail ?? failed
      return data?.detail ?? failed
    }
    photo.classList.remove('is-sending')
    photo.title = ''
    return ''
  }

  function addRemove(photo) {
    const button = Object.assign(document.createElement('button'), {
      type: 'button', className: 'photo-remove', textContent: '×',
    })
    button.setAttribute('aria-label', remove)
    button.addEventListener('click', (event) => {
      event.stopPropagation()
      sending.delete(photo)
      photo.remove()
      show()
    })
    photo.append(button)
  }

  function show() {
    adder.hidden = count() >= most
  }

  async function arrived() {
    const troubles = await Promise.all(sending.values())
    const trouble = troubles.find(Boolean)
    if (trouble) throw new Error(trouble)
  }

  return { arrived, count }
}

// <report-form>: what somebody sees on his round, with photo, place and class.
import { ClassPicker } from 'cases/class-picker'
import { NearBox } from 'cases/near'
import { PlacePicker } from 'cases/place-picker'
import { post } from 'govmap/http'
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'
import { SendingForm } from 'workflow/sending'

class ReportForm extends SendingForm {
  get key() { return `report:${this.dataset.owner}` }

  begin() {
    const changed = () => this.changed()
    const place = this.querySelector('[data-field=place]')
    const urls = { place: this.dataset.place, addresses: this.dataset.addresses }
    this.place = place && new PlacePicker(place, urls, this.words, changed)
    const what = this.querySelector('[data-field=category]')
    this.what = what && new ClassPicker(what, this.words, changed)
    this.note = this.form.elements.note
    this.note?.addEventListener('input', () => grow(this.note))
    this.spot = this.form.elements.on_spot
    this.after = this.querySelector('[data-field=after] photo-picker')
    this.deed = this.form.elements.done
    this.deed?.addEventListener('input', () => grow(this.deed))
    this.kept = this.querySelector('[data-kept]')
    this.keeper = this.querySelector('[data-keep-draft]')
    this.keeper.addEventListener('click', (event) => { event.preventDefault(); this.keep() })
    const box = this.querySelector('[data-near-box]')
    this.near = box && new NearBox(box, this.dataset.near)
    this.offerScan(this.querySelector('qr-scan'))
  }

  // Few read a code: its script comes with the first tap.
  offerScan(scan) {
    if (!scan) return
    scan.hidden = false
    const button = scan.querySelector('[data-open]')
    const open = async () => {
      try {
        await import(scan.dataset.script)
      } catch {
        notify(scan.dataset.sayOffline, { kind: 'error' })
        return
      }
      button.removeEventListener('click', open)
      scan.toggle()
    }
    button.addEventListener('click', open)
  }

  // What was reported there already; he may send it all the same.
  changed() {
    super.changed()
    this.what?.propose({ words: this.note?.value, here: this.place?.usual })
    const { lon, lat } = this.place ?? {}
    this.near?.look(this.place?.value && { lon, lat }, this.what?.value)
  }

  started() {
    this.after?.resume()
    if (!this.place?.value) this.place?.locate()
    // On a desk there is room for the map beside the form.
    if (matchMedia('(min-width: 1000px)').matches) this.place?.toggle(true)
  }

  typed() {
    return {
      note: this.note?.value ?? '',
      category: this.what?.value ?? '',
      place: this.place?.value || null,
      address: this.place?.isOwnAddress ? this.place.address.value : '',
      ...(this.form.elements.kept && { kept: true }),
      ...(this.spot && { on_spot: this.spot.checked, done: this.deed?.value ?? '', after: this.after?.uuids ?? [] }),
    }
  }

  // In a few words, for the list of what waits on the phone.
  titled() {
    const { select } = this.what ?? {}
    return select?.selectedOptions[0]?.text || this.note?.value.slice(0, 40) || this.words.untitled
  }

  // A place alone is no work that could be lost.
  isWork({ note, category, address, on_spot: spot, done, after }) {
    return Boolean(note.trim() || category || address || spot || done || after?.length)
  }

  restore(draft) {
    if (this.note) { this.note.value = draft.note ?? ''; grow(this.note) }
    this.what?.set(draft.category ?? '')
    if (draft.kept) this.mark()
    if (this.spot) this.spot.checked = Boolean(draft.on_spot)
    if (this.deed) { this.deed.value = draft.done ?? ''; grow(this.deed) }
    if (draft.after?.length) this.after?.restore(draft.after)
    if (draft.place?.place) this.place?.restore(draft.place, draft.address)
  }

  cleared() {
    this.what?.set('')
    this.kept.hidden = true
    this.form.elements.kept?.remove()
    if (this.place) {
      this.place.field.value = ''
      this.place.isOwnAddress = false
      this.place.locate(true)
    }
    this.form.querySelector('input[type=file]')?.focus()
  }

  lacking() {
    const missing = {}
    if (this.place && !this.place.value) missing.place = this.words.need_place
    if (this.what && !this.what.value) missing.category = this.words.need_category
    if (this.spot?.checked && this.after?.dataset.needed === 'true' && !this.after.photos?.length) missing.after = this.words.need_after
    return missing
  }

  open(field) {
    if (field.dataset.field === 'place') this.place.toggle(true)
  }

  discard() {
    this.after?.clear()
    super.discard()
  }

  // Of the photos of afterwards, too.
  async photosLeft() {
    if (await super.photosLeft()) return true
    if (!this.spot?.checked || !this.after || await this.after.settled()) return false
    this.waits = !navigator.onLine
    this.say(this.waits ? this.trouble || this.words.offline : this.words.photos_left)
    return true
  }

  // What the server kept for him, on whatever phone he wrote it.
  elsewhere() {
    const kept = document.getElementById('report-kept')
    return kept && JSON.parse(kept.textContent)
  }

  // 暂存: on the server as well, so that another phone finds it. Here it stays too.
  async keep() {
    if (this.busy) return
    this.changed()
    const typed = this.typed()
    const body = new FormData()
    body.append('uuid', this.form.elements.uuid.value)
    body.append('data', JSON.stringify({ ...typed, happened: this.form.elements.happened_at.value }))
    for (const id of this.photos?.uuids ?? []) body.append('photos', id)
    const waiting = (this.photos?.waiting ?? 0) + (this.after?.waiting ?? 0)
    body.append('elsewhere', waiting)
    const { ok, response } = await post(this.dataset.keep, body)
    if (response?.redirected || [401, 403].includes(response?.status)) return this.say(this.words.signed_out)
    if (!ok) return this.say(this.words.not_kept)
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' })
    const words = waiting ? this.words.kept_here : this.words.kept
    this.kept.textContent = fill(words, { time, count: waiting })
    this.kept.hidden = false
    this.mark()
    this.changed()
    return this.say('')
  }

  // The server has a draft of it, which goes when it is sent.
  mark() {
    if (this.form.elements.kept) return
    this.form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'kept', value: '1' }))
  }

  end() { this.place?.destroy() }
}

function grow(area) {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight + 2}px`
}

customElements.define('report-form', ReportForm)

// Few say their words: the script of a voice note comes with the first tap, or with a
// note that a page before this one could not send.
import { notify } from 'govmap/notice'

const can = isSecureContext && navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder
for (const note of can ? document.querySelectorAll('voice-note') : []) offer(note)

function offer(note) {
  const picker = note.closest('form').querySelector(note.dataset.for)
  const isVoice = ({ small }) => small?.type.startsWith('audio/')
  picker.addEventListener('photos:change', () => { if (picker.photos?.some(isVoice)) load(note) })
  note.querySelector('button').addEventListener('click', async () => {
    // Once it is there, it hears the tap by itself.
    if (!customElements.get('voice-note') && await load(note)) note.start()
  })
  note.hidden = false
}

async function load(note) {
  try {
    return await import('workflow/voice')
  } catch {
    return notify(note.dataset.sayOffline, { kind: 'error' }) && null
  }
}

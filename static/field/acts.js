// An act of a task that the network did not take waits like a report does.
import { canKeep, queue } from 'field/outbox'
import { fieldsOf } from 'workflow/body'

// The form of a move. → whether it is kept now
export async function keepMove(move, { about, title }) {
  if (!(await canKeep())) return false
  const pickers = move.photos ? [await move.photos.handOver()] : []
  const kept = await keep(move.form.action, fieldsOf(move.form, pickers), { pickers, about, title })
  if (kept) move.draft.done()
  else move.photos?.goOn()
  return kept
}

// fields: [[name, value], …] with the act_id that the page made.
export async function keep(url, fields, { about, title, pickers = [] }) {
  const id = fields.find(([name]) => name === 'act_id')[1]
  const { pathname } = new URL(url, location.href)
  // Done before, it is the case as it was: where it is now shows what changed.
  const page = pathname.replace(/acts\/$/, '')
  // It counts as done now, however long the network is gone; `sent_at` says how wrong
  // the clock is that says so.
  const dated = [...fields, ['happened_at', new Date().toISOString()]]
  return queue({ id, url: pathname, fields: dated, pickers, about, title, page }).catch(() => false)
}

// The words that shared modules say: rendered by the server from its one catalogue.
export const words = JSON.parse(document.getElementById('govmap-words').textContent)

// fill('%(days)s d', {days: 2}) as the server's catalogue writes it.
export const fill = (pattern, values) =>
  pattern.replace(/%\((\w+)\)s/g, (_match, name) => values[name])

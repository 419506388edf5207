// Runs before the first paint, so that nobody who works in the dark is met by a white page. Kept apart from the page because inline scripts are refused.
(() => {
  let wanted = 'system'
  try { wanted = JSON.parse(localStorage.getItem('loupe.theme') ?? '"system"') }
  catch {}
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()

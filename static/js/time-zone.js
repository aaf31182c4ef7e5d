// Offers the browser's own time zone beside the list of all of them; nothing is chosen unasked.

const field = document.querySelector("select[name=time_zone]");
const suggestion = document.querySelector("[data-time-zone-suggestion]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (field && suggestion && field.value !== zone && [...field.options].some((option) => option.value === zone)) {
  suggestion.querySelector("[data-time-zone-name]").textContent = zone;
  suggestion.querySelector("button").addEventListener("click", () => {
    field.value = zone;
    suggestion.hidden = true;
    field.focus();
  });
  delete suggestion.dataset.unsaid;
}

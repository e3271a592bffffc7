// How far an import is, brought up to date while the page is open. Without this file people press “Update this page”.

const place = document.querySelector("[data-progress]");

const update = async () => {
  const answer = await fetch(window.location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("[data-progress]");
  if (now) place.innerHTML = now.innerHTML;
  else window.location.reload();
};

setInterval(update, 3_000);

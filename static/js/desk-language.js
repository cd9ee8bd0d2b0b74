/* The desk in English is full of Chinese from the records: it says so to browsers and to readers (WCAG 3.1.2). */
"use strict";

const HAN = /[\u3400-\u9fff]/;
const HAN_RUN = /[\u3400-\u9fff][\u3000-\u9fff\uff00-\uffef\d·.-]*/g;
const LEFT_ALONE = "script, style, template, textarea, [lang|=zh]";

function inChinese(element) {
  element.lang = "zh-Hans";
  return element;
}

function markText(text) {
  const holder = text.parentElement;
  if (holder.closest(LEFT_ALONE)) return;
  const words = text.data.trim(), runs = words.match(HAN_RUN);
  if (holder.childNodes.length === 1 && (holder.matches("option") || runs[0] === words)) {
    inChinese(holder);
    return;
  }
  if (holder.matches("option, title")) return; // they hold no elements
  let from = 0;
  const parts = [];
  for (const run of text.data.matchAll(HAN_RUN)) {
    const marked = inChinese(document.createElement("span"));
    marked.textContent = run[0];
    parts.push(text.data.slice(from, run.index), marked);
    from = run.index + run[0].length;
  }
  text.replaceWith(...parts, text.data.slice(from));
}

function markChinese() {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (HAN.test(texts.currentNode.data)) found.push(texts.currentNode);
  found.forEach(markText);
}

if (document.documentElement.lang.startsWith("en")) markChinese();

/**
 * The pages that are not the renderer's: for a browser without the cookie, and between. They need nothing that is not
 * in them, and their style is in attributes, which the content security policy allows. Where another site led here a
 * browser keeps a strict cookie back until a page of this host leads on: the link, and the page between, do.
 */
const cell = 'max-width:34rem;margin:18vh auto 0;padding:0 1.5rem;font:1rem/1.6 system-ui,sans-serif';
const code = 'padding:.1rem .35rem;border:1px solid #8886;border-radius:.3rem';

export const entryPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Graft</title>
</head>
<body>
<main style="${cell}">
<h1 style="font-size:1.5rem;margin:0 0 .75rem">Open Graft by its printed address</h1>
<p>This browser does not know the key of this Graft yet. Where you started Graft, it printed an address that begins with
<code style="${code}">http://127.0.0.1</code> and ends with a long key: open that one once in this browser. If it is gone
from your screen, run <code style="${code}">npm start</code> again; it prints the address anew.</p>
<p><a href="/">Try again</a></p>
<div lang="ja">
<h2 style="font-size:1.15rem;margin:2.5rem 0 .75rem">表示されたアドレスから Graft を開いてください</h2>
<p>このブラウザーはまだこの Graft の鍵を知りません。Graft を起動した画面に、<code style="${code}">http://127.0.0.1</code>
で始まり長い鍵で終わるアドレスが表示されています。そのアドレスをこのブラウザーで一度開いてください。見つからないときは、もう一度
<code style="${code}">npm start</code> を実行するとアドレスが表示されます。</p>
<p><a href="/">もう一度試す</a></p>
</div>
</main>
</body>
</html>
`;

/** After the token was taken from a link on another site: a redirect would still count as that site's. */
export const passOnPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Graft</title><meta http-equiv="refresh" content="0;url=/"></head>
<body><a href="/">Graft</a></body>
</html>
`;

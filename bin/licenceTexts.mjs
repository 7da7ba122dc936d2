/**
 * For packages that declare a licence and hold no text of it: the licence's standard text with the holder's name.
 * Apache-2.0 asks for its text once in a product; other packages bring it.
 */

const HOLDERS = {
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-web': 'Microsoft Corporation',
  'guid-typescript': 'NicolasDeveloper',
  'react-remove-scroll-bar': 'Anton Korzunov',
  seedrandom: 'David Bau',
  tr46: 'Sebastian Mayr',
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

const ISC = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`

/**
 * @param {string} name the package
 * @param {string} licence its SPDX id
 * @returns {string} throws for a package that nobody has looked at yet
 */
export function standardText(name, licence) {
  if (name.startsWith('@tensorflow/')) {
    const keras =
      licence === 'Apache-2.0' ? '' : `\nParts ported from Keras: Copyright (c) the Keras authors.\n\n${MIT}`
    return `Copyright Google LLC. Licensed under the Apache License 2.0; its text is below, with flatbuffers.${keras}`
  }
  const holder = HOLDERS[name]
  const body = { MIT, ISC }[licence]
  if (holder === undefined || body === undefined) {
    throw new Error(`${name} declares ${licence} and holds no text: add its holder to bin/licenceTexts.mjs`)
  }
  return `Copyright (c) ${holder}\n\n${body}`
}

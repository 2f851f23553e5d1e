/** How pure code asks for words: by key, in whatever language the reader has. */
export type Say<Key extends string = string> = (key: Key, params?: Readonly<Record<string, string | number>>) => string;

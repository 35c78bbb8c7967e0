// Files of manifests, however they come: dropped on the page, with their folders, or chosen in a dialog.
import type { Source } from "./bundle";

const SUFFIXES = /\.(ya?ml|json)$/i;
const MOST_FILES = 200;
const LARGEST = 3 << 20; // bytes, as the API server takes

/** The texts of the manifests among some files; the others are counted. */
export async function textsOf(files: readonly { path: string; file: File }[]): Promise<{ sources: Source[]; skipped: number }> {
  const wanted = files.filter(({ path, file }) => SUFFIXES.test(path) && file.size <= LARGEST).slice(0, MOST_FILES);
  wanted.sort((a, b) => (a.path < b.path ? -1 : 1));
  const sources = await Promise.all(wanted.map(async ({ path, file }) => ({ name: path, text: await file.text() })));
  return { sources, skipped: files.length - wanted.length };
}

/** All files that were dropped, those in folders too. */
export async function dropped(data: DataTransfer): Promise<{ path: string; file: File }[]> {
  // The entries must be taken at once: the list is empty after the first pause.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return [...data.files].map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.map(walk))).flat();
}

async function walk(entry: FileSystemEntry): Promise<{ path: string; file: File }[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return [{ path, file: await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail)) }];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  for (let part = await entriesOf(reader); part.length && found.length < MOST_FILES; part = await entriesOf(reader)) found.push(...part);
  return (await Promise.all(found.map(walk))).flat();
}

const entriesOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> => new Promise((take, fail) => reader.readEntries(take, fail));

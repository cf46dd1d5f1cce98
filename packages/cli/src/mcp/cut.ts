/** What an answer may take of the context of a model, in characters of its JSON. */
const longestAnswer = 60_000;
/** So long may a text in it be, in characters: the first with which the answer fits, or else the last. */
const longestTexts = [16_000, 4000, 1000, 250];
/** Of a list beside the one that was asked for. */
const longestList = 200;

export interface Cut {
  data: Record<string, unknown>;
  /** What is missing, for people; null where nothing is. */
  what: string | null;
}

/** The answer with its long texts cut, and of the list of that name only the beginning. */
export function cutAnswer(whole: Record<string, unknown>, list: string | null): Cut {
  const { data, what: shortList } = cutList(whole, list);
  if (JSON.stringify(data).length <= longestAnswer) return { data, what: shortList };
  let longest = longestTexts[0]!;
  let cut = data;
  for (longest of longestTexts) {
    cut = withShortTexts(data, longest) as Record<string, unknown>;
    if (JSON.stringify(cut).length <= longestAnswer) break;
  }
  const shortTexts = `texts of more than ${longest} characters`;
  return { data: cut, what: shortList === null ? shortTexts : `${shortTexts}, ${shortList}` };
}

/** The beginning of a text, which says that more was there. */
export function beginningOf(text: string, longest: number): string {
  const more = text.length - longest;
  return more <= 0 ? text : `${text.slice(0, longest)}… ${more} more characters`;
}

function cutList(data: Record<string, unknown>, name: string | null): Cut {
  const list = name === null ? null : data[name];
  if (name === null || !Array.isArray(list) || list.length <= longestList) return { data, what: null };
  return {
    data: { ...data, [name]: list.slice(0, longestList) },
    what: `${name} behind the first ${longestList} of ${list.length}`,
  };
}

function withShortTexts(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return beginningOf(value, longest);
  if (Array.isArray(value)) return value.map((one) => withShortTexts(one, longest));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const short = withShortTexts(one, longest);
      // What an agent hands to a tool may be of any shape.
      const json = name === 'input' ? JSON.stringify(short) : undefined;
      return [name, json !== undefined && json.length > longest + 100 ? beginningOf(json, longest) : short];
    }),
  );
}

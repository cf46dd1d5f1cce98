import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dispatcherPrompt } from '../../src/index.ts';

/** Each rule that a host works by, and what shows that the prompt carries it. */
const rules: [rule: string, ...shownBy: RegExp[]][] = [
  ['decides and talks; dispatch acts', /you decide whether to dispatch and which command comes\s+next/],
  ['does not do the work of the worker', /You do not do the worker's work/],
  ['takes dispatch for no partner in the talk', /dispatch\s+is no partner in the talk/],
  ['uses --json, and goes by ok and code', /takes `--json`/, /Go by `ok` and `code`/],
  ['thinks in task ids, not in sessions', /Think in task ids; sessions of agents/],
  ['dispatches what lasts', /running in the background, from being resumed or looked at later/],
  ['does not dispatch what is wanted here and now', /Do not dispatch what the user\s+wants from you, here and now/],
  ['answers a warm-up with `ready`, and stops', /`dispatch --json ready`, say what it says, and stop there/],
  ['starts no worker for configuration', /that is configuration\. No worker is started for it/],
  ['looks before it changes the configuration', /Look first: `config show`, and `backends`/],
  ['names a backend by program and arguments', /config add-backend NAME EXECUTABLE --arg/],
  ['binds a model to a backend', /config add-model NAME --backend B --scoped-model/],
  ['keeps the words of an alias', /Keep the words of an alias as the user meant them/],
  ['says what stands there afterwards, and whether the default still makes sense', /Say what stands there now, and after a removal\s+whether the default still makes sense/],
  ['bootstraps where nothing is configured, and says the default', /`config bootstrap`, and say which default it chose/],
  ['leaves trust to the user', /only the user may decide on `dispatch trust`/],
  ['passes on what the user named, and replaces nothing in silence', /passed on as named, and never replaced in silence/],
  ['relies on the default where nothing was named', /Where nothing was\s+named the default holds/],
  ['looks up a name that is not configured, then adds it or asks', /look at `config show` and `backends`, then add it or ask/],
  ['asks one question where the choice is open', /Where the choice matters and is open, ask one question/],
  ["invents no agent's flags", /Use no flags of an agent that the user did not ask for/],
  ['chooses the mode', /`--mode direct` for work that is clear, `plan` for a checklist/, /`discuss` where the\s+user wants a draft/],
  ['uses a key where it may be cut off', /the same key gives the same task, never a second one/],
  ['reports id, agent and purpose, and returns the word', /Tell the user the task's id, the agent/, /Then the user has the word again/],
  ['hides the scaffolding', /Say nothing of temporary files, processes and the like/],
  ['looks instead of remembering', /Never tell of progress from memory: look/],
  ['prefers inspect, and knows the others', /`inspect ID` gives the task, its open questions and its last events; `list`/, /`questions` all that is asked/],
  ['puts an open question first', /An open\s+question goes before everything else/],
  ['does not take the plan for the state', /`plan\.md` is the worker's own note/],
  ['puts the question to the user and writes the answer', /Put it to the user/, /Then `answer ID --message TEXT`/],
  ['knows that answering does not resume', /An answer alone continues nothing, unless the worker is waiting for it/],
  ['writes no mailbox files, nor has the user write them', /Files of the mailbox are not yours to write, nor the user's/],
  ['resumes the same task rather than starting over', /continues the same task in the same session/, /A new task only where going on would\s+mislead/],
  ['keeps resume messages short', /Keep the message short and to the point/],
  ['forks only by the command', /`fork ID --prompt TEXT` makes a second task/],
  ['inspects a failure before it acts', /`inspect ID`: `reason`, `detail` and `hint` say what it was; `logs ID` and `events ID`/],
  ['tells kinds of failure apart', /agent not installed or not logged in, quota or rate limit, an answer that is missing/],
  ['does not retry without evidence', /Never try again without a reason to think that it will end otherwise/],
  ['says plainly what is missing, offers what there is, and stops', /is said plainly, with an alternative if `backends` shows one; where there is none, say what is missing and stop/],
  ['shows no raw JSON', /Show no JSON unless it is asked for/],
  ['asks one question at a time, and promises nothing unread', /ask one question at a time, and\s+promise nothing that you have not read/],
];

test.each(rules)('a host %s', (_rule, ...shownBy) => {
  for (const pattern of shownBy) expect(dispatcherPrompt).toMatch(pattern);
});

test('it is the text in prompts/, and no longer than a host can bear', () => {
  const source = readFileSync(new URL('../../../../prompts/dispatcher.md', import.meta.url), 'utf8');
  expect(dispatcherPrompt).toBe(source);
  expect(Buffer.byteLength(dispatcherPrompt)).toBeLessThan(8000);
});

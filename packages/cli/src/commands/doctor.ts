import { UsageError } from '@dispatch/core';
import { Option } from '../arguments/clipanion.ts';
import { loadRuntime, openLibrary } from '../library.ts';
import { conformanceLines } from '../print/conformance.ts';
import { harmlessLine } from '../print/harmless.ts';
import { commandsAt } from '../print/next.ts';
import { wrap } from '../print/wrap.ts';
import { DispatchCommand } from './command.ts';

const markWidth = 'repaired  '.length;

export class DoctorCommand extends DispatchCommand {
  static override paths = [['doctor']];
  static override usage = {
    category: 'Care',
    description: 'finds and repairs what a crash or a hand left in the store',
    details:
      '--take-over states that nothing of another container or host is alive any more, which cannot be seen from here:\n' +
      'for the entrypoint of a container.\n' +
      '--conformance repairs nothing: it says where the store, whoever made it, is not what docs/file-format.md says.\n' +
      'It ends with 6 where the store breaks a rule.',
  };

  takeOver = Option.Boolean('--take-over', false, {
    description: 'take over from holders that cannot be judged',
  });

  conformance = Option.Boolean('--conformance', false, {
    description: 'hold the store against the file format, and only read',
  });

  override async execute(): Promise<number> {
    if (this.conformance) return this.#holdAgainstFormat();
    const { output, root } = this.context;
    const { runtime, dispatcher } = await openLibrary(this.context);
    const diagnosis = await runtime.doctor(dispatcher, { takeOver: this.takeOver });
    output.result(diagnosis, ({ style, width }) => {
      if (diagnosis.findings.length === 0) return ['Nothing to repair.'];
      return diagnosis.findings.flatMap(({ what, path, task_id, action, repaired }) => {
        const where = [task_id, path].filter((one) => one !== null).join(' ');
        const mark = repaired ? style.green('repaired') : style.magenta('open    ');
        const words = `${what}${where === '' ? '' : ` (${where})`}: ${commandsAt(root, action)}`;
        return wrap(harmlessLine(words), width - markWidth).map((line, at) =>
          at === 0 ? `${mark}  ${line}` : `${' '.repeat(markWidth)}${line}`,
        );
      });
    });
    return 0;
  }

  async #holdAgainstFormat(): Promise<number> {
    if (this.takeOver)
      throw new UsageError(
        'look_and_take_over',
        '--conformance and --take-over are both given',
        'Give one of them: the first only reads.',
      );
    const { runtime, surroundings } = await loadRuntime(this.context);
    const conformance = await runtime.examineStore(surroundings);
    this.context.output.result(conformance, (page) => conformanceLines(conformance, page));
    return conformance.conforms ? 0 : 6;
  }
}

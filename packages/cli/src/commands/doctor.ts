import { Option } from '../arguments/clipanion.ts';
import { openLibrary } from '../library.ts';
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
      'for the entrypoint of a container.',
  };

  takeOver = Option.Boolean('--take-over', false, {
    description: 'take over from holders that cannot be judged',
  });

  override async execute(): Promise<number> {
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
}

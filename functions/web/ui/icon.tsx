/** Icons, from Bootstrap's set, only those that are used; never without a word beside them. */
import arrowDown from 'bootstrap-icons/icons/arrow-down.svg';
import play from 'bootstrap-icons/icons/caret-right-fill.svg';
import checkCircle from 'bootstrap-icons/icons/check-circle.svg';
import checkCircleFill from 'bootstrap-icons/icons/check-circle-fill.svg';
import check from 'bootstrap-icons/icons/check-lg.svg';
import chevronLeft from 'bootstrap-icons/icons/chevron-left.svg';
import chevronRight from 'bootstrap-icons/icons/chevron-right.svg';
import clock from 'bootstrap-icons/icons/clock.svg';
import exclamation from 'bootstrap-icons/icons/exclamation-circle-fill.svg';
import octagon from 'bootstrap-icons/icons/exclamation-octagon.svg';
import triangle from 'bootstrap-icons/icons/exclamation-triangle.svg';
import info from 'bootstrap-icons/icons/info-circle.svg';
import lock from 'bootstrap-icons/icons/lock.svg';
import paperclip from 'bootstrap-icons/icons/paperclip.svg';
import pencil from 'bootstrap-icons/icons/pencil.svg';
import printer from 'bootstrap-icons/icons/printer.svg';
import question from 'bootstrap-icons/icons/question-circle-fill.svg';
import upload from 'bootstrap-icons/icons/upload.svg';
import { raw } from 'hono/html';

const icons = {
  'arrow-down': arrowDown,
  check,
  'check-circle': checkCircle,
  'check-circle-fill': checkCircleFill,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  clock,
  exclamation,
  info,
  lock,
  octagon,
  paperclip,
  pencil,
  play,
  printer,
  question,
  triangle,
  upload,
} as const;

export type IconName = keyof typeof icons;

const drawn = new Map(
  Object.entries(icons).map(([name, svg]) => [
    name,
    raw(svg.replace(/<svg[^>]*>/, '<svg class="td-icon" viewBox="0 0 16 16" aria-hidden="true">').trim()),
  ]),
);

export function Icon({ name }: { name: IconName }) {
  return <>{drawn.get(name)}</>;
}

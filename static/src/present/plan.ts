// What the console was told about its demo.
import { about, type Text } from "../audience/hall";

interface Plan {
  code: string;
  ws: string;
  title: Text;
  minutes: number;
  began: number;
  plan: { title: Text; notes: Text; asks: boolean }[];
  join: string;
  page: string;
  qr: string;
  end: string;
  list: string;
}

export const plan = about<Plan>();
export const spaced = plan.code.replace(/(..)(?=.)/g, "$1 ");

import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * Makes the routes of a scope judge requests by their schemas as they stand: nothing is converted, and nothing unknown
 * is dropped without a word. The message says where the first fault is, and holds nothing of the request.
 */
export function checkStrictly(scope: FastifyInstance): void {
  scope.setValidatorCompiler<TSchema>(({ schema }) => {
    const validator = Compile(schema);
    return (value) => {
      if (validator.Check(value)) return { value };
      const [first] = validator.Errors(value);
      return { error: new Error(first === undefined ? 'not as the schema says' : faultOf(first)) };
    };
  });
}

interface Fault {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly message: string;
}

/** Where in the schema, not in the value: the path of an unknown member would repeat its name. */
function faultOf({ keyword, schemaPath, message }: Fault): string {
  const names = [...schemaPath.matchAll(/\/properties\/([^/]+)/g)].map((match) => match[1]);
  const where = names.length === 0 ? 'the body' : names.join('.');
  const isUnknown = keyword === 'additionalProperties' || schemaPath.endsWith('/additionalProperties');
  return isUnknown ? `${where} has a member that is not known` : `${where} ${message}`;
}

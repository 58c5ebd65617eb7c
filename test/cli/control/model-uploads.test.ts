import { describe, expect, it } from 'vitest';
import { ModelUploads } from '../../../src/cli/control/model-uploads.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('models that come in pieces', () => {
  it('are put together in order, each for itself, and given once', () => {
    const uploads = new ModelUploads();
    uploads.add('1', 'coinstall', bytes(1, 2));
    uploads.add('1', 'ranking', bytes(9));
    uploads.add('1', 'coinstall', bytes(3));
    const models = uploads.take('1');
    expect([...models]).toEqual([
      ['coinstall', bytes(1, 2, 3)],
      ['ranking', bytes(9)],
    ]);
    expect(models.get('coinstall')?.byteOffset).toBe(0);
    expect(() => uploads.take('1')).toThrow(expect.objectContaining({ code: 'upload-lost' }));
  });

  it('give way to the next upload', () => {
    const uploads = new ModelUploads();
    uploads.add('1', 'coinstall', bytes(1));
    uploads.add('2', 'coinstall', bytes(2));
    expect(() => uploads.take('1')).toThrow(expect.objectContaining({ code: 'upload-lost' }));
    expect([...uploads.take('2')]).toEqual([['coinstall', bytes(2)]]);
  });

  it('are refused where they are more than a node could hold, and the memory is given back', () => {
    const uploads = new ModelUploads(3);
    uploads.add('1', 'coinstall', bytes(1, 2));
    expect(() => uploads.add('1', 'ranking', bytes(3, 4))).toThrow(
      expect.objectContaining({ code: 'model-too-large' }),
    );
    expect(() => uploads.take('1')).toThrow(expect.objectContaining({ code: 'upload-lost' }));
    uploads.add('2', 'ranking', bytes(3, 4, 5));
    expect(uploads.take('2').size).toBe(1);
  });
});

/** What is used of the decoder; it brings no types. */
declare module 'seek-bzip' {
  interface ByteOutput {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Throws where the input is no bzip2 or a checksum does not fit. */
    decode(input: Uint8Array, output: ByteOutput, multistream: boolean): void;
  };
  export default Bunzip;
}

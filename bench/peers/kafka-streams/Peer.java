import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;

/**
 * Kafka Streams on the records of the benchmark: a table by client key of all add-ons that its pings name, in
 * RocksDB, with changelog and exactly-once. Prints records and CPU seconds of the process, start and end included.
 * Arguments: brokers, application id, topic, number of records, Avro schema of the records, folder for the state.
 */
public final class Peer {
  /** Magic byte and schema id, before the Avro body. */
  private static final int HEADER_BYTES = 5;

  public static void main(String[] args) throws Exception {
    var schema = new Schema.Parser().parse(new File(args[4]));
    long records = Long.parseLong(args[3]);
    var seen = new AtomicLong();
    var done = new CountDownLatch(1);
    var states = avro(schema);
    var builder = new StreamsBuilder();
    builder.stream(args[2], Consumed.with(Serdes.String(), avro(schema)))
        .groupByKey()
        .aggregate(
            () -> null,
            (key, ping, state) -> {
              if (seen.incrementAndGet() == records) done.countDown();
              return state == null ? ping : merged(state, ping);
            },
            Materialized.with(Serdes.String(), states));
    var streams = new KafkaStreams(builder.build(), settings(args));
    streams.start();
    done.await();
    // Commits what is in flight.
    streams.close();
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf("{\"records\":%d,\"cpuSeconds\":%.3f}%n", records, system.getProcessCpuTime() / 1e9);
    System.exit(0);
  }

  private static Properties settings(String[] args) {
    var settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, args[1]);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, args[5]);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }

  /** The newer ping with the add-ons of both, by id. */
  private static GenericRecord merged(GenericRecord state, GenericRecord ping) {
    var addons = new TreeMap<String, GenericRecord>();
    for (var each : List.of(state, ping)) {
      @SuppressWarnings("unchecked")
      var listed = (List<GenericRecord>) each.get("addons");
      if (listed != null) for (var addon : listed) addons.put(addon.get("id").toString(), addon);
    }
    var next = new GenericData.Record((GenericData.Record) ping, false);
    next.put("addons", List.copyOf(addons.values()));
    return next;
  }

  private static Serde<GenericRecord> avro(Schema schema) {
    var reader = new GenericDatumReader<GenericRecord>(schema);
    var writer = new GenericDatumWriter<GenericRecord>(schema);
    return Serdes.serdeFrom(
        (topic, value) -> {
          if (value == null) return null;
          try {
            var bytes = new ByteArrayOutputStream(1024);
            bytes.write(new byte[HEADER_BYTES]);
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            writer.write(value, encoder);
            return bytes.toByteArray();
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        },
        (topic, bytes) -> {
          if (bytes == null) return null;
          try {
            int length = bytes.length - HEADER_BYTES;
            return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, length, null));
          } catch (IOException error) {
            throw new UncheckedIOException(error);
          }
        });
  }
}

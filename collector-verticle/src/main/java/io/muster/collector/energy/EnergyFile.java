package io.muster.collector.energy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Comparator.comparingLong;

import io.muster.collector.energy.EnergyCounterKey.Scope;
import io.muster.runtime.file.PrivateDirectory;
import io.muster.runtime.file.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.zip.CRC32C;

/**
 * The energy counters of one host on disk, file {@code energy/counters}. A save replaces the whole
 * file: it writes a temporary file, syncs it and renames it; after a crash the file contains the
 * old counters or the new ones. All methods that access the file block.
 *
 * <pre>
 * 4 bytes "MEC1" | i32 CRC-32C of all that follows | client id | i32 number of counters
 * each: scope | UUID of the device | f64 J | f64 J of the hardware's counter, NaN for none | i64 ms
 * texts: u16 length, then UTF-8
 * </pre>
 */
final class EnergyFile {
  /**
   * Maximum number of counters in the file, which could grow without bound when GPUs are replaced;
   * the most recently read ones are saved.
   */
  static final int MAX_COUNTERS = 1024;

  private static final byte[] MAGIC = "MEC1".getBytes(US_ASCII);
  private static final int CHECKSUM_START = 8;
  private static final int MAX_BYTES = 1 << 20;

  private final Path directory;
  private final String clientId;

  /**
   * Creates the object without file access.
   *
   * @param clientId the host of the counters; a file of another host is rejected
   */
  EnergyFile(Path directory, String clientId) {
    this.directory = directory;
    this.clientId = clientId;
  }

  /**
   * Loads the counters; empty if there is no file.
   *
   * @throws IOException with the reason if the file is damaged, belongs to another host or is not
   *     readable
   */
  List<SavedEnergyCounter> load() throws IOException {
    if (!Files.exists(file())) {
      return List.of();
    }
    if (Files.size(file()) > MAX_BYTES) {
      throw new IOException("not an energy counter file: more than " + MAX_BYTES + " bytes");
    }
    return decode(Files.readAllBytes(file()));
  }

  /** Renames an unusable file to {@code counters.skipped}. */
  void setAside() throws IOException {
    Files.move(file(), directory.resolve("counters.skipped"), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** Replaces the counters; fails if they could not be synced to disk. */
  void save(List<SavedEnergyCounter> counters) throws IOException {
    PrivateDirectory.createOrRestrict(directory);
    var temporary = directory.resolve("counters.draft");
    PrivateFile.write(temporary, encode(counters), CREATE, WRITE, TRUNCATE_EXISTING, SYNC);
    Files.move(temporary, file(), ATOMIC_MOVE, REPLACE_EXISTING);
    PrivateDirectory.sync(directory);
  }

  Path file() {
    return directory.resolve("counters");
  }

  private byte[] encode(List<SavedEnergyCounter> counters) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeInt(0);
    out.writeUTF(clientId);
    out.writeInt(Math.min(counters.size(), MAX_COUNTERS));
    var newest =
        counters.stream()
            .sorted(comparingLong(SavedEnergyCounter::atMillis).reversed())
            .limit(MAX_COUNTERS)
            .toList();
    for (var counter : newest) {
      write(out, counter);
    }
    var content = bytes.toByteArray();
    ByteBuffer.wrap(content).putInt(MAGIC.length, checksum(content));
    return content;
  }

  private static void write(DataOutputStream out, SavedEnergyCounter counter) throws IOException {
    out.writeUTF(counter.key().scope().name());
    out.writeUTF(counter.key().deviceUuid());
    out.writeDouble(counter.joules());
    out.writeDouble(counter.hardwareJoules().orElse(Double.NaN));
    out.writeLong(counter.atMillis());
  }

  private List<SavedEnergyCounter> decode(byte[] bytes) throws IOException {
    if (bytes.length < CHECKSUM_START
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("not an energy counter file");
    }
    if (ByteBuffer.wrap(bytes).getInt(MAGIC.length) != checksum(bytes)) {
      throw new IOException("damaged");
    }
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.skipNBytes(CHECKSUM_START);
    var owner = in.readUTF();
    if (!owner.equals(clientId)) {
      throw new IOException("of another host, client id=" + owner);
    }
    return readCounters(in);
  }

  private static List<SavedEnergyCounter> readCounters(DataInputStream in) throws IOException {
    var counters = new ArrayList<SavedEnergyCounter>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      var key = new EnergyCounterKey(scope(in.readUTF()), in.readUTF());
      double joules = in.readDouble();
      double hardwareJoules = in.readDouble();
      counters.add(new SavedEnergyCounter(key, joules, emptyIfNan(hardwareJoules), in.readLong()));
    }
    return counters;
  }

  private static Scope scope(String name) throws IOException {
    return Arrays.stream(Scope.values())
        .filter(scope -> scope.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("scope=" + name + ": expected GPU, CPU or CHASSIS"));
  }

  private static OptionalDouble emptyIfNan(double joules) {
    return Double.isNaN(joules) ? OptionalDouble.empty() : OptionalDouble.of(joules);
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, CHECKSUM_START, bytes.length - CHECKSUM_START);
    return (int) crc.getValue();
  }
}

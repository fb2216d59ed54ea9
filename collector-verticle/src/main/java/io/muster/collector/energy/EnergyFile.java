package io.muster.collector.energy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Comparator.comparingLong;

import io.muster.collector.energy.EnergySubject.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counters of one host on disk, file {@code energy/counters}. It is replaced as a whole:
 * written beside, forced to the medium, moved into place; after a crash it holds the old counters
 * or the new ones. All of it blocks.
 *
 * <pre>
 * 4 bytes "MEC1" | i32 CRC-32C of all that follows | client id | i32 number of counters
 * each: scope | UUID of the device | f64 J | f64 J of the hardware's counter, NaN for none | i64 ms
 * texts: u16 length, then UTF-8
 * </pre>
 */
final class EnergyFile {
  /** GPUs come and go; a file keeps those that were read last. */
  static final int MAX_COUNTERS = 1024;

  private static final Logger log = LoggerFactory.getLogger(EnergyFile.class);
  private static final byte[] MAGIC = "MEC1".getBytes(US_ASCII);
  private static final int CHECKED_FROM = 8;
  private static final int MAX_BYTES = 1 << 20;

  private final Path directory;
  private final String clientId;

  /**
   * Touches nothing yet.
   *
   * @param clientId the host whose counters these are; those of another one are not taken
   */
  EnergyFile(Path directory, String clientId) {
    this.directory = directory;
    this.clientId = clientId;
  }

  /**
   * The counters; none when nothing was saved yet.
   *
   * @throws IOException with the reason when the file is damaged, another host's or not readable
   */
  List<EnergyTotal> load() throws IOException {
    if (!Files.exists(file())) {
      return List.of();
    }
    if (Files.size(file()) > MAX_BYTES) {
      throw new IOException("no file of energy counters: more than " + MAX_BYTES + " bytes");
    }
    return decode(Files.readAllBytes(file()));
  }

  /** Puts a file that cannot be used out of the way, as {@code counters.skipped}. */
  void setAside() throws IOException {
    Files.move(file(), directory.resolve("counters.skipped"), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** Replaces the counters; fails when they are not on the medium. */
  void save(List<EnergyTotal> totals) throws IOException {
    Files.createDirectories(directory);
    var draft = directory.resolve("counters.draft");
    try (var channel = FileChannel.open(draft, CREATE, WRITE, TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(encode(totals));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file(), ATOMIC_MOVE, REPLACE_EXISTING);
    forceDirectory();
  }

  Path file() {
    return directory.resolve("counters");
  }

  private byte[] encode(List<EnergyTotal> totals) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(MAGIC);
    out.writeInt(0);
    out.writeUTF(clientId);
    out.writeInt(Math.min(totals.size(), MAX_COUNTERS));
    var kept =
        totals.stream()
            .sorted(comparingLong(EnergyTotal::atMillis).reversed())
            .limit(MAX_COUNTERS)
            .toList();
    for (var total : kept) {
      write(out, total);
    }
    var whole = bytes.toByteArray();
    ByteBuffer.wrap(whole).putInt(MAGIC.length, checksum(whole));
    return whole;
  }

  private static void write(DataOutputStream out, EnergyTotal total) throws IOException {
    out.writeUTF(total.subject().scope().name());
    out.writeUTF(total.subject().device());
    out.writeDouble(total.joules());
    out.writeDouble(total.counterJoules().orElse(Double.NaN));
    out.writeLong(total.atMillis());
  }

  private List<EnergyTotal> decode(byte[] bytes) throws IOException {
    if (bytes.length < CHECKED_FROM
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("no file of energy counters");
    }
    if (ByteBuffer.wrap(bytes).getInt(MAGIC.length) != checksum(bytes)) {
      throw new IOException("damaged");
    }
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    in.skipNBytes(CHECKED_FROM);
    var owner = in.readUTF();
    if (!owner.equals(clientId)) {
      throw new IOException("of another host, client id=" + owner);
    }
    return counters(in);
  }

  private static List<EnergyTotal> counters(DataInputStream in) throws IOException {
    var totals = new ArrayList<EnergyTotal>();
    for (int left = in.readInt(); left > 0; left--) {
      var subject = new EnergySubject(scope(in.readUTF()), in.readUTF());
      double joules = in.readDouble();
      double counter = in.readDouble();
      totals.add(new EnergyTotal(subject, joules, known(counter), in.readLong()));
    }
    return totals;
  }

  private static Scope scope(String name) throws IOException {
    return Arrays.stream(Scope.values())
        .filter(scope -> scope.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("scope=" + name + ": expected GPU, CPU or CHASSIS"));
  }

  private static OptionalDouble known(double joules) {
    return Double.isNaN(joules) ? OptionalDouble.empty() : OptionalDouble.of(joules);
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
    return (int) crc.getValue();
  }

  /** Makes the new name durable; some systems cannot, and do it by themselves. */
  private void forceDirectory() {
    try (var channel = FileChannel.open(directory, READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("directory cannot be forced path={} reason={}", directory, e.getMessage());
    }
  }
}

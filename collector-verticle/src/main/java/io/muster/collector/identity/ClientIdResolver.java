package io.muster.collector.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.collector.proc.HostRoot;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Derives the client id: the first 16 bytes of SHA-256 over a salt, a machine id and the hostname.
 *
 * <p>The machine id is {@code /etc/machine-id}, else D-Bus's copy, else the product UUID of the
 * firmware (which Linux shows to root only), else a random one that is saved in the data directory.
 * It is hashed because it should not leave the machine (machine-id(5)), and because the result is
 * then specific to Muster.
 *
 * <p>The hostname is included because machine ids are not always unique: containers of one image
 * and clones of one disk share them, and so do several collectors on one machine that have
 * different hostnames. Two hosts with one id would overwrite each other's history without an error.
 * A renamed host, however, visibly becomes a new client beside the old one; a setting for the
 * hostname prevents that (containers, whose name is new each time, need that setting anyway). A
 * restart or a new installation changes neither part. Upper and lower case of the hostname are
 * equivalent.
 */
final class ClientIdResolver {
  private static final String SALT = "muster client id, version 1";
  private static final int ID_BYTES = 16;
  private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");

  /** Product UUIDs that vendors leave unset; uniform ones are rejected separately. */
  private static final List<String> PLACEHOLDERS = List.of("03000200040005000006000700080009");

  private final HostRoot hostRoot;
  private final Path dataDirectory;
  private final Supplier<Optional<String>> hardwareId;

  ClientIdResolver(Path root, Path dataDirectory, Supplier<Optional<String>> hardwareId) {
    this.hostRoot = new HostRoot(root);
    this.dataDirectory = dataDirectory;
    this.hardwareId = hardwareId;
  }

  String clientId(String hostname) {
    var machineId =
        readMachineId("etc/machine-id")
            .or(() -> readMachineId("var/lib/dbus/machine-id"))
            .or(() -> readMachineId("sys/class/dmi/id/product_uuid"))
            .or(() -> hardwareId.get().flatMap(ClientIdResolver::validMachineId))
            .orElseGet(() -> new GeneratedMachineId(dataDirectory).loadOrCreate());
    return derive(machineId, hostname);
  }

  static String derive(String machineId, String hostname) {
    var input = String.join("\n", SALT, machineId, hostname.toLowerCase(Locale.ROOT));
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(input.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  /**
   * Normalizes a machine id to 32 lower-case hexadecimal digits, without the hyphens of UUIDs.
   * Empty if it is malformed, uniform or a placeholder.
   */
  static Optional<String> validMachineId(String id) {
    var normalized = id.strip().replace("-", "").toLowerCase(Locale.ROOT);
    boolean isUniform = normalized.chars().distinct().count() < 2;
    return MACHINE_ID.matcher(normalized).matches()
            && !isUniform
            && !PLACEHOLDERS.contains(normalized)
        ? Optional.of(normalized)
        : Optional.empty();
  }

  private Optional<String> readMachineId(String path) {
    return hostRoot.readText(path).flatMap(ClientIdResolver::validMachineId);
  }
}

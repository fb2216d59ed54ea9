package io.muster.collector.identity;

import io.muster.schema.client.HostName;
import io.muster.schema.json.WireText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The identity of this host.
 *
 * @param hostname hostname as printed by {@code hostname}, or from the settings
 * @param clientId 32 lower-case hexadecimal digits, the same after each restart; see {@link
 *     ClientIdResolver}
 */
public record HostIdentity(String hostname, String clientId) {
  /**
   * Resolves the identity of this host. Reads files, may write one and may load native code; must
   * be called only once, and not on the event loop.
   *
   * @param root {@code /}, or the path of the host's file system in a container
   * @param dataDirectory directory of the generated machine id, for hosts without one
   * @param hostname replaces the system's hostname
   * @param hardwareId reads the firmware on systems other than Linux; called only if no file
   *     contains an id
   * @throws java.io.UncheckedIOException if a generated machine id cannot be saved
   */
  public static HostIdentity resolve(
      Path root,
      Path dataDirectory,
      Optional<String> hostname,
      Supplier<Optional<String>> hardwareId) {
    var name = hostname.orElseGet(() -> Hostname.read(root));
    var clientId = new ClientIdResolver(root, dataDirectory, hardwareId).clientId(name);
    return new HostIdentity(name, clientId);
  }

  /** Returns the reason why a host cannot have this name; empty if it can. */
  public static Optional<String> hostnameProblem(String name) {
    return HostName.isValid(name)
        ? Optional.empty()
        : Optional.of(
            "must be 1 to "
                + HostName.MAX_BYTES
                + " bytes without control characters: '"
                + WireText.escapeControls(name)
                + "'");
  }
}

package io.muster.collector.nvml.binding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Possible locations of the driver's library, and a loader for them. */
public final class NvmlLibrary {
  private static final String SONAME = "libnvidia-ml.so.1";

  private static final List<String> LINUX_DIRECTORIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib64",
          "/usr/lib/wsl/lib",
          "/usr/local/nvidia/lib64",
          "/run/nvidia/driver/usr/lib/x86_64-linux-gnu",
          "/run/nvidia/driver/usr/lib/aarch64-linux-gnu",
          "/run/nvidia/driver/usr/lib64");

  private final List<String> names;
  private final Function<String, NvmlBinding> loader;

  /**
   * @param names sonames, which the system's loader resolves, and absolute paths, tried in order
   * @param loader opens one of them, or throws an {@link UnsatisfiedLinkError}
   */
  public NvmlLibrary(List<String> names, Function<String, NvmlBinding> loader) {
    this.names = List.copyOf(names);
    this.loader = loader;
  }

  /** Returns the driver's library in the usual locations of this operating system. */
  public static NvmlLibrary system() {
    return at(
        System.getProperty("os.name", "").startsWith("Windows") ? windowsNames() : linuxNames());
  }

  /** Returns the library with one of these sonames or absolute paths, called through JNA. */
  public static NvmlLibrary at(List<String> names) {
    return new NvmlLibrary(names, JnaNvmlBinding::load);
  }

  /** Returns the first name of the library, for messages. */
  public String soname() {
    return names.isEmpty() ? SONAME : names.get(0);
  }

  /**
   * Loads the first library that can be loaded.
   *
   * @return empty if there is none on this machine
   * @throws NvmlException with {@link NvmlBinding#LIBRARY_NOT_FOUND} if there is one that cannot be
   *     loaded
   */
  public Optional<NvmlBinding> load() {
    Optional<UnsatisfiedLinkError> loadError = Optional.empty();
    for (var name : names) {
      var path = Path.of(name);
      if (path.isAbsolute() && !Files.exists(path)) {
        continue;
      }
      try {
        return Optional.of(loader.apply(name));
      } catch (UnsatisfiedLinkError linkError) {
        // A bare soname that is not found is not a failure: most machines have no such driver.
        loadError = loadError.or(() -> Optional.of(linkError).filter(error -> path.isAbsolute()));
      }
    }
    if (loadError.isPresent()) {
      throw new NvmlException(NvmlBinding.LIBRARY_NOT_FOUND, loaderMessage(loadError.get()));
    }
    return Optional.empty();
  }

  /**
   * Returns the message of the system's loader: JNA's second line, between its title and the class
   * path.
   */
  private static String loaderMessage(UnsatisfiedLinkError error) {
    var lines = String.valueOf(error.getMessage()).lines().toList();
    return lines.get(lines.size() > 1 ? 1 : 0);
  }

  private static List<String> linuxNames() {
    var paths = LINUX_DIRECTORIES.stream().map(directory -> directory + "/" + SONAME);
    return Stream.concat(Stream.of(SONAME), paths).toList();
  }

  private static List<String> windowsNames() {
    return List.of("nvml.dll", "C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvml.dll");
  }
}

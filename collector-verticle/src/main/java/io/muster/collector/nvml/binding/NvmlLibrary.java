package io.muster.collector.nvml.binding;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where the driver's library may be, and how it is loaded from there. */
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
   * @param names sonames, which the system's loader looks for, and absolute paths, tried in order
   * @param loader opens one of them, or throws an {@link UnsatisfiedLinkError}
   */
  public NvmlLibrary(List<String> names, Function<String, NvmlBinding> loader) {
    this.names = List.copyOf(names);
    this.loader = loader;
  }

  /** The driver of this machine, wherever its system puts it. */
  public static NvmlLibrary system() {
    return at(
        System.getProperty("os.name", "").startsWith("Windows") ? windowsNames() : linuxNames());
  }

  /** The library under one of these sonames or absolute paths, called by JNA. */
  public static NvmlLibrary at(List<String> names) {
    return new NvmlLibrary(names, JnaNvmlBinding::load);
  }

  /** What is looked for, for messages. */
  public String soname() {
    return names.isEmpty() ? SONAME : names.get(0);
  }

  /**
   * Loads the first that loads.
   *
   * @return empty if there is none on this machine
   * @throws NvmlException with {@link NvmlBinding#LIBRARY_NOT_FOUND} if there is one but it does
   *     not load
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
        // That a bare soname is not found is no trouble: most machines have no such driver.
        loadError = loadError.or(() -> Optional.of(linkError).filter(error -> path.isAbsolute()));
      }
    }
    if (loadError.isPresent()) {
      throw new NvmlException(NvmlBinding.LIBRARY_NOT_FOUND, loaderMessage(loadError.get()));
    }
    return Optional.empty();
  }

  /** What the system's loader says: JNA's second line, between its title and the class path. */
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

package io.muster.launcher.node;

import io.muster.aggregator.AggregatorConfig;
import io.muster.api.ApiConfig;
import io.muster.collector.CollectorConfig;
import io.muster.collector.HostPlatform;
import io.muster.collector.identity.HostIdentity;
import io.muster.registry.RegistryConfig;
import io.muster.runtime.cluster.ClusterConfig;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.database.DatabaseConfig;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The validated settings of a node.
 *
 * @param roles roles that it runs
 * @param dataDirectory directory of database, spool, energy counters and certificate
 * @param debugLogging true if it logs the events of every tick
 */
public record Settings(
    Set<Role> roles,
    Path dataDirectory,
    boolean debugLogging,
    ClusterConfig cluster,
    DatabaseConfig database,
    CollectorConfig collector,
    ApiConfig api,
    AggregatorConfig aggregator,
    RegistryConfig registry) {
  private static final Logger log = LoggerFactory.getLogger(Settings.class);

  /** Reads the keys of all roles, so that unknown ones are found; reports all problems at once. */
  public static Settings load(SettingSources sources) throws StartException {
    var reader = new ConfigReader(sources);
    var settings = read(reader);
    var problems = reader.problems();
    if (!problems.isEmpty()) {
      throw new StartException(problems);
    }
    reader
        .warnings()
        .forEach(warning -> log.warn("setting should be corrected problem={}", warning));
    return settings;
  }

  static Settings read(ConfigReader reader) {
    var dataDirectory =
        reader.path("data.dir", NodeDataDirectory.defaultPath()).toAbsolutePath().normalize();
    return new Settings(
        roles(reader),
        dataDirectory,
        reader.flag("log.debug", false),
        ClusterConfig.from(reader),
        DatabaseConfig.from(reader),
        CollectorConfig.from(reader, dataDirectory),
        ApiConfig.from(reader, dataDirectory),
        AggregatorConfig.from(reader),
        RegistryConfig.from(reader));
  }

  boolean hasRole(Role role) {
    return roles.contains(role);
  }

  boolean needsDatabase() {
    return roles.stream().anyMatch(Role::needsDatabase);
  }

  /**
   * Returns the identity of this host. Reads files; writes one if the machine has no id. Fails if
   * the system's hostname is invalid.
   */
  public HostIdentity loadHostIdentity() throws StartException {
    var identity =
        HostIdentity.resolve(
            collector.host().root(),
            dataDirectory,
            collector.host().hostname(),
            HostPlatform::readHardwareId);
    var problem = HostIdentity.hostnameProblem(identity.hostname());
    if (problem.isPresent()) {
      throw new StartException(
          List.of(
              "the hostname of this system "
                  + problem.get()
                  + "; set another (collector.hostname)"));
    }
    return identity;
  }

  /** Returns true if this node writes to the data directory. */
  public boolean needsDataDirectory() {
    return hasRole(Role.COLLECTOR)
        || (needsDatabase() && database.url().isEmpty())
        || (hasRole(Role.API) && api.listen().hasSelfSignedCertificate());
  }

  private static Set<Role> roles(ConfigReader reader) {
    var names = reader.list("roles");
    if (names.isEmpty()) {
      return EnumSet.allOf(Role.class);
    }
    var roles = Role.parse(names);
    if (roles.isEmpty()) {
      reader.addProblem(
          "roles",
          "must be a comma-separated list of "
              + Role.names()
              + ": '"
              + String.join(",", names)
              + "'");
    }
    return roles.orElseGet(() -> EnumSet.allOf(Role.class));
  }
}

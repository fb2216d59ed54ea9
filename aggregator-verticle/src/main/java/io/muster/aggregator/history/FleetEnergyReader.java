package io.muster.aggregator.history;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.json.WireTime;
import io.muster.schema.state.FleetEnergy;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Reads the energy of the fleet, which with thousands of accelerators takes a second: the newest
 * result, or the query in progress, is shared by all requests of the next minute that have the same
 * start. Safe for use by any context.
 */
final class FleetEnergyReader {
  private static final SqlStatement ENERGY =
      SqlStatement.load(FleetEnergyReader.class, "fleet-energy.sql");
  private static final Duration MAX_AGE = Duration.ofMinutes(1);

  private final Database database;
  private volatile Optional<TimedEnergy> newest = Optional.empty();

  FleetEnergyReader(Database database) {
    this.database = database;
  }

  /** Returns the energy from a whole hour to now, or to at most a minute ago. */
  Future<FleetEnergy> read(Instant from, Instant now) {
    var shared = newest.filter(timed -> timed.isUsable(from, now));
    if (shared.isPresent()) {
      return shared.get().energy();
    }
    var energy = load(from, now);
    newest = Optional.of(new TimedEnergy(from, now, energy));
    return energy;
  }

  private Future<FleetEnergy> load(Instant from, Instant until) {
    var statement = ENERGY.bind("from", from.atOffset(UTC)).bind("until", until.atOffset(UTC));
    return database
        .withConnection(statement::execute)
        .map(rows -> toEnergy(rows.iterator().next(), from, until));
  }

  private static FleetEnergy toEnergy(Row row, Instant from, Instant until) {
    return new FleetEnergy(
        WireTime.utcMicros(from),
        WireTime.utcMicros(until),
        row.getInteger("devices"),
        row.getDouble("energy_joules"));
  }

  private record TimedEnergy(Instant from, Instant readAt, Future<FleetEnergy> energy) {
    boolean isUsable(Instant from, Instant now) {
      return !energy.failed()
          && this.from.equals(from)
          && Duration.between(readAt, now).abs().compareTo(MAX_AGE) < 0;
    }
  }
}

package io.muster.registry.model;

import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowPages;
import io.muster.schema.json.WireTime;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The models in PostgreSQL. Requests must be valid; the results are described at {@link
 * io.muster.bus.service.RegistryService}. Safe for use by any context.
 */
public final class PostgresModelStore {
  private final Database database;
  private final InstantSource clock;

  public PostgresModelStore(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Creates the version of a model, or replaces its registration. */
  public Future<Void> register(ModelRegistration model) {
    var parameters =
        Tuple.of(
                model.name(),
                model.version(),
                model.versionCode(),
                (short) model.engineType(),
                model.isActive().orElse(null),
                model.minMemoryMb().orElse(null))
            .addInteger(model.minGpuMemoryGb().orElse(null))
            .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC));
    return database
        .withConnection(sql -> sql.preparedQuery(ModelSql.REGISTER).execute(parameters))
        .mapEmpty();
  }

  /** Returns the models that match, those that need most GPU memory first. */
  public Future<Pages<NoHead, Model>> list(ModelQuery query) {
    var parameters = Tuple.of(query.slice().limit().orElse(null), query.slice().offset());
    var conditions = new ArrayList<String>();
    query
        .isActive()
        .ifPresent(
            active -> conditions.add("is_active = " + placeholder(parameters.addBoolean(active))));
    query
        .minGpuMemoryGb()
        .ifPresent(
            gpuMemoryGb ->
                conditions.add(
                    "(min_gpu_memory_gb IS NULL OR min_gpu_memory_gb <= "
                        + placeholder(parameters.addInteger(gpuMemoryGb))
                        + ")"));
    var where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
    return database
        .openCursor(ModelSql.list(where), parameters)
        .map(cursor -> RowPages.of(NoHead.NO_HEAD, cursor, PostgresModelStore::toModel));
  }

  private static Model toModel(Row row) {
    return new Model(
        row.getInteger("id"),
        row.getString("name"),
        row.getString("version"),
        row.getLong("version_code"),
        row.getBoolean("is_active"),
        Optional.ofNullable(row.getInteger("min_memory_mb")),
        Optional.ofNullable(row.getInteger("min_gpu_memory_gb")),
        WireTime.utcMicros(row.getOffsetDateTime("created_at").toInstant()));
  }

  /** Returns the placeholder of the parameter that was added last. */
  private static String placeholder(Tuple parameters) {
    return "$" + parameters.size();
  }
}

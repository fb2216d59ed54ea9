package io.muster.runtime.database.embedded;

import java.nio.file.Path;

/** The server's configuration: durable, private, small. Written at every start. */
final class ServerSettings {
  private static final String TEXT =
      """
      # Written by Muster at every start. Put your own settings into postgresql.custom.conf.
      listen_addresses = ''
      port = 5432
      unix_socket_directories = '%s'
      unix_socket_permissions = 0700
      password_encryption = scram-sha-256
      max_connections = 40
      cluster_name = 'muster'
      update_process_title = off

      fsync = on
      synchronous_commit = on
      full_page_writes = on
      wal_level = minimal
      max_wal_senders = 0
      min_wal_size = 80MB
      max_wal_size = 512MB
      checkpoint_timeout = 10min

      shared_buffers = 64MB
      work_mem = 8MB
      maintenance_work_mem = 32MB
      max_parallel_workers_per_gather = 0
      max_worker_processes = 4
      autovacuum_max_workers = 2
      jit = off

      timezone = 'UTC'
      log_timezone = 'UTC'
      lc_messages = 'C'

      # Log files of at most 8 MB; Muster keeps the newest ones.
      logging_collector = on
      log_directory = 'log'
      log_filename = 'postgresql-%%Y%%m%%d-%%H%%M%%S.log'
      log_rotation_size = 8MB
      log_rotation_age = 1d
      log_checkpoints = off
      log_min_error_statement = panic
      log_line_prefix = '%%m [%%p] '

      include_if_exists = 'postgresql.custom.conf'
      """;

  private ServerSettings() {}

  /** The text of {@code postgresql.conf}. */
  static String text(Path socketDirectory) {
    return TEXT.formatted(quote(socketDirectory));
  }

  /** Quotes an entry of a list (double quotes) inside a text (single quotes). */
  private static String quote(Path path) {
    return '"' + path.toString().replace("'", "''") + '"';
  }
}

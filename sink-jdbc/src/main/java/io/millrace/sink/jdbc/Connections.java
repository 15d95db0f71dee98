// SPDX-License-Identifier: Apache-2.0
package io.millrace.sink.jdbc;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import io.millrace.spi.plugin.Secrets;
import io.millrace.spi.plugin.Settings;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes connections: from the program's data source, or with a driver that is looked for where the plugin's classes are.
 * ({@link java.sql.DriverManager} would look where the program's are.)
 */
@FunctionalInterface
interface Connections {
    Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** Makes a connection with automatic commit off. */
    Connection open() throws SQLException, InterruptedException;

    /** As the settings say; contacts nothing. */
    static Connections of(Settings settings, @Nullable DataSource dataSource) {
        if (dataSource != null) {
            return () -> manual(dataSource.getConnection());
        }
        String url = settings.find(JdbcProvider.URL)
                .orElseThrow(() -> refused(
                        settings, "nothing says where the database is; set 'url' (jdbc:postgresql://localhost/shop)"));
        Properties properties = new Properties();
        properties.putAll(settings.below(JdbcProvider.PASS_THROUGH));
        settings.find(JdbcProvider.USER).ifPresent(user -> properties.setProperty("user", user));
        settings.find(JdbcProvider.PASSWORD).ifPresent(word -> properties.setProperty("password", word));
        PlainConnection.warning(url, properties).ifPresent(warning -> LOG.warn("{}: {}", settings.owner(), warning));
        Driver driver = settings.find(JdbcProvider.DRIVER)
                .map(name -> named(settings, name))
                .orElseGet(() -> driverOf(settings, url));
        return () -> {
            Connection connection = driver.connect(url, properties);
            if (connection == null) {
                throw refused(
                        settings, driver.getClass().getName() + " does not take 'url' = '" + Secrets.mask(url) + "'");
            }
            return manual(connection);
        };
    }

    private static Connection manual(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        // what another session commits while this one waits for its row must be seen
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return connection;
    }

    private static Driver named(Settings settings, String name) {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            return Class.forName(name, true, loader)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            throw refused(settings, "'driver' = '" + name + "' is no driver that can be made here: " + e);
        }
    }

    private static Driver driverOf(Settings settings, String url) {
        try {
            for (Driver driver :
                    ServiceLoader.load(Driver.class, Thread.currentThread().getContextClassLoader())) {
                if (driver.acceptsURL(url)) {
                    return driver;
                }
            }
        } catch (SQLException | ServiceConfigurationError e) {
            throw refused(
                    settings,
                    "'url' = '" + Secrets.mask(url) + "' is not usable: "
                            + Secrets.mask(String.valueOf(e.getMessage())));
        }
        throw refused(
                settings,
                "no driver takes 'url' = '" + Secrets.mask(url)
                        + "'; add the database's driver to the program, or put its jar into"
                        + " lib/ of the plugin's zip");
    }

    private static MillraceException refused(Settings settings, String problem) {
        return new MillraceException(ErrorCode.USER_CONFIG, settings.owner() + ": " + problem);
    }
}

//! All integration tests in one binary: linking dominates on small machines.
<<<<<<< HEAD

mod leave;
=======
>>>>>>> d9ee7ab (tests: Start a throw-away PostgreSQL for the suite)

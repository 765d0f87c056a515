"""What `deploy_check` and `deploy` are made of: checks that find something, and commands shown first.

finding, report         a check's outcome, and how it is printed
environment             which variables a deployment will have
serving, monitored, packages, sizes, pins, files, built, config, account      the checks
checks                  all of them in their order
cli                     the platform's command line tool at hand
plan, deployment, live  what is run, what the tool answers, and whether that is alive
waiting                 how long an address may be late, and what is said meanwhile
"""

import tools.bundles  # noqa: F401 - it puts both deployments on the path

//! What the known exports call their columns. Microsoft states no header (`idp-facts.md` §1.3), so each member goes by its
//! name in Graph, in Log Analytics and in the portal's own words; a member's path is always one of its names.

use super::{super::Format, normal};

/// The table of one export.
pub(super) struct Layout {
    pub(super) format: Format,
    /// The members that it cannot be without; of each list one is enough.
    pub(super) needs: &'static [&'static [&'static str]],
    /// Paths of members, and what else their columns are called, in lower case without spaces and stops.
    pub(super) fields: &'static [(&'static str, &'static [&'static str])],
}

impl Layout {
    /// The member that a column of this (normal) name holds.
    pub(super) fn field(&self, name: &str) -> Option<&'static str> {
        let found = self.fields.iter().find(|(path, names)| names.contains(&name) || normal(path) == name);
        found.map(|(path, _)| *path)
    }
}

const CHANGE: (&str, &[&str]) = ("changeId", &["provisioningchangeid", "changeidentifier"]);

/// Likeliest first.
pub(super) const LAYOUTS: [Layout; 4] = [ENTRA, OKTA, STEPS, PROPERTIES];

const ENTRA: Layout = Layout {
    format: Format::EntraTable,
    needs: &[&["activityDateTime"], &["provisioningAction", "provisioningStatusInfo.status", "provisioningStatusInfo"]],
    fields: &[
        ("id", &["eventid", "logid", "eventlogid"]),
        ("activityDateTime", &["activitydate", "date", "datetime", "timegenerated", "time", "activitytime"]),
        CHANGE,
        ("cycleId", &[]),
        ("jobId", &["provisioningjobid"]),
        ("tenantId", &["aadtenantid", "directoryid"]),
        ("provisioningAction", &["action", "actiontype"]),
        ("durationInMilliseconds", &["durationms", "duration", "durationmilliseconds"]),
        ("provisioningStatusInfo", &["statusinfo"]),
        (
            "provisioningStatusInfo.status",
            &["status", "provisioningstatus", "statusinfostatus", "resulttype", "result"],
        ),
        (
            "provisioningStatusInfo.errorInformation.errorCode",
            &["errorcode", "statuserrorcode", "resultsignature", "errorinformationerrorcode", "statusinfoerrorcode"],
        ),
        (
            "provisioningStatusInfo.errorInformation.reason",
            &[
                "reason",
                "statusreason",
                "errorreason",
                "resultdescription",
                "errordescription",
                "errormessage",
                "errorinformationreason",
                "statusinforeason",
            ],
        ),
        ("provisioningStatusInfo.errorInformation.additionalDetails", &["additionaldetails", "erroradditionaldetails"]),
        ("provisioningStatusInfo.errorInformation.errorCategory", &["errorcategory", "statuserrorcategory"]),
        ("provisioningStatusInfo.errorInformation.recommendedAction", &["recommendedaction"]),
        ("sourceIdentity", &["source"]),
        ("sourceIdentity.id", &["sourceid"]),
        ("sourceIdentity.displayName", &["sourcename", "sourcedisplayname", "identity", "sourceidentityname"]),
        ("sourceIdentity.identityType", &["sourceidentitytype", "sourcetype"]),
        ("sourceIdentity.details.userPrincipalName", &["sourceuserprincipalname", "userprincipalname", "upn"]),
        ("targetIdentity", &["target"]),
        ("targetIdentity.id", &["targetid"]),
        ("targetIdentity.displayName", &["targetname", "targetdisplayname", "targetidentityname"]),
        ("targetIdentity.identityType", &["targetidentitytype", "targettype"]),
        ("sourceSystem", &[]),
        ("sourceSystem.id", &[]),
        ("sourceSystem.displayName", &["sourcesystemname"]),
        ("targetSystem", &[]),
        ("targetSystem.id", &[]),
        ("targetSystem.displayName", &["targetsystemname"]),
        ("servicePrincipal", &[]),
        ("servicePrincipal.id", &["serviceprincipalid", "applicationid"]),
        ("servicePrincipal.displayName", &["serviceprincipalname", "application", "applicationname"]),
        ("initiatedBy", &[]),
        ("initiatedBy.id", &[]),
        ("initiatedBy.displayName", &["initiatedbyname", "initiator"]),
        ("modifiedProperties", &[]),
        ("provisioningSteps", &["steps"]),
        ("operationName", &[]),
        ("correlationId", &[]),
    ],
};

const STEPS: Layout = Layout {
    format: Format::EntraSteps,
    needs: &[&["changeId"], &["name", "provisioningStepType"]],
    fields: &[
        CHANGE,
        ("name", &["stepname", "provisioningstepname", "provisioningstepsname", "step"]),
        (
            "provisioningStepType",
            &["type", "steptype", "provisioningstepstype", "provisioningstepsprovisioningsteptype"],
        ),
        ("status", &["stepstatus", "provisioningstepsstatus", "result"]),
        ("description", &["stepdescription", "provisioningstepsdescription"]),
        ("timestamp", &["date", "time", "steptimestamp"]),
        ("details", &["stepdetails", "provisioningstepsdetails"]),
        ("details.ReportableIdentifier", &["reportableidentifier"]),
        ("details.ErrorCode", &["errorcode"]),
        ("details.SkipReason", &["skipreason"]),
    ],
};

const PROPERTIES: Layout = Layout {
    format: Format::EntraProperties,
    needs: &[&["changeId"], &["displayName"], &["oldValue", "newValue"]],
    fields: &[
        CHANGE,
        (
            "displayName",
            &[
                "name",
                "property",
                "propertyname",
                "modifiedproperty",
                "modifiedpropertyname",
                "modifiedpropertiesdisplayname",
                "modifiedpropertiesname",
                "attribute",
                "attributename",
                "propertydisplayname",
            ],
        ),
        ("oldValue", &["old", "modifiedpropertiesoldvalue", "propertyoldvalue", "previousvalue"]),
        ("newValue", &["new", "modifiedpropertiesnewvalue", "propertynewvalue"]),
    ],
};

const OKTA: Layout = Layout {
    format: Format::OktaTable,
    needs: &[&["published"], &["eventType"]],
    fields: &[
        ("uuid", &["id", "eventid"]),
        ("published", &["timestamp", "time", "date", "datetime", "eventtime"]),
        ("eventType", &[]),
        ("legacyEventType", &[]),
        ("displayMessage", &["message", "eventinfo"]),
        ("severity", &[]),
        ("version", &[]),
        ("outcome.result", &["outcome", "result"]),
        ("outcome.reason", &["reason"]),
        ("actor.id", &[]),
        ("actor.type", &[]),
        ("actor.alternateId", &[]),
        ("actor.displayName", &[]),
        ("target.0.id", &["targetid", "targetsid"]),
        ("target.0.type", &["targettype", "targetstype"]),
        ("target.0.alternateId", &["targetalternateid", "targetsalternateid"]),
        ("target.0.displayName", &["targetdisplayname", "targetsdisplayname"]),
        ("target.1.id", &[]),
        ("target.1.type", &[]),
        ("target.1.alternateId", &[]),
        ("target.1.displayName", &[]),
        ("target.2.id", &[]),
        ("target.2.type", &[]),
        ("target.2.alternateId", &[]),
        ("target.2.displayName", &[]),
        ("target", &["targets"]),
        ("debugContext.debugData", &["debugdata"]),
        ("debugContext.debugData.appname", &["appname"]),
        ("debugContext.debugData.requestUri", &["requesturi"]),
        ("debugContext.debugData.url", &[]),
        ("transaction.id", &[]),
        ("transaction.type", &[]),
        ("client.userAgent.rawUserAgent", &["clientuseragent"]),
        ("client.ipAddress", &[]),
    ],
};
